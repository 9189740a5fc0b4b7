"""The data dictionary, `schemas/README.md`: written from everything beside this folder."""
