"""Commands that try something and change nothing: `check`, `simulate`, `demo`."""
