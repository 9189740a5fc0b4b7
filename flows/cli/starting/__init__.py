"""Commands that set a workspace up and start it: `init`, `serve`, `systemd`."""
