"""Commands that act on nights and books: `run`, `intake`, `unhold`, `erase`, `backup` and others."""
