"""Ties a process to its parent: when the parent goes, even by `kill -9`, the kernel ends the child at once."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Call in the child right after the fork, with the parent's process id. ``number`` is the signal it gets then.

    Linux only; elsewhere the supervisor's own shutdown is all there is. It stays when the child becomes another
    program. The signal comes when the thread
    that forked ends, so only fork from a main thread.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # It was gone before we asked.
        os._exit(1)
