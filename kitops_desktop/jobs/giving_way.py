"""Work that goes on by itself gives way to what somebody looks at."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

_NICENESS = 10


def give_way() -> None:
    """Let the calling thread, and those it begins, have the processors after others.

    The window's thread would otherwise queue with all that hash and copy for its turn. Does something on
    Linux only, where each thread has a niceness of its own (setpriority(2), "C library/kernel differences").
    """
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
