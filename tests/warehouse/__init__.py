"""The living warehouse: a plain, slow program that owns the physical truth and writes the files about it.

It reads no transform. `world` lives day by day (`life`); `doings` and `picking` are what may happen in it;
`telling` writes the files; `law` says in plain loops what the books must hold from what was told; `judging`
compares. Only `nights` and `workspace` know the program under trial: they hand it files and bring back what
it answers.
"""
