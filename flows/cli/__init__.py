"""The command line: what a person or a script types, and the pages it prints.

Here belong commands, options, tables for the terminal and the way from errors to exit codes. A command
reads what was published or calls the functions of `flows`; it decides nothing. Modules that take long to
import (Prefect, Polars, DuckDB) are imported by the command that needs them, so that help is quick.
"""

from __future__ import annotations

import os

if os.name != "posix":
    message = "backorders runs on Linux; on Windows, in its subsystem for Linux (WSL)"
    raise SystemExit(message)

from flows.cli.app import main

__all__ = ["main"]
