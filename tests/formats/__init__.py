"""Workspaces of older formats: each opens in today's program, and goes on where it stood.

`format-N.tar.xz` is a small workspace that the last program of format N made, and `format-N.txt` its books
after the night whose files wait in it, as that program told them. When a format has landed, make those of
it once, with the program that landed, and never again:

    python -m tests.formats.make tests/formats

To take another tree's program, put that tree first in `PYTHONPATH` and run `tests/formats/make.py`.
`contracts/format-N.txt` is what each stored table was: see `test_contracts.py`.
"""
