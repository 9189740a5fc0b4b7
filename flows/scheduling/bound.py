"""Run a program that ends when whoever started this one ends: `python -m flows.scheduling.bound PROGRAM...`.

The starter holds the other end of our standard input. However it ends, also by kill -9, the system
closes that end, and we end the program and all that it started. Works wherever there are pipes and
process groups; the starter gives us a session, and so a group, of our own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 10.0


def main(program: list[str]) -> int:
    """The exit code of the program."""
    # a handler, not SIG_IGN: the program must not inherit it, and we wait until it has ended
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    # what is open here was handed to us by the starter, for the program
    child = subprocess.Popen(program, stdin=subprocess.DEVNULL, close_fds=False)  # noqa: S603 -- the starter's
    threading.Thread(target=end_with_starter, daemon=True).start()
    return child.wait()


def end_with_starter() -> None:
    """Wait until nobody holds our standard input, then end the whole group: gently, and then not."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
