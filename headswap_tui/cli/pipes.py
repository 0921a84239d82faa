"""Manners towards a reader that goes away, such as `| head`."""

from __future__ import annotations

import os
import sys


def forget_stdout() -> None:
    """What is still buffered goes nowhere, so that the interpreter's last flush is quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def end_by_sigpipe() -> None:
    """End as any program does whose reader went away."""
    import signal

    forget_stdout()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGPIPE)
