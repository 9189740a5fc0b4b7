"""Format x defect: files as operators have them, whose rows were known before the file was made.

`uv run python -m tests.trials.defects` says of each file whether it was read right, refused with place and
reason, or read wrong without a word; `--json` lists `format`, `family`, `defect` and `verdict`.
"""
