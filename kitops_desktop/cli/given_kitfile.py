"""A Kitfile that is given beside the folder: from a file, or from standard input."""

from __future__ import annotations

import os
import stat
import sys

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.pack_job import MAX_KITFILE_BYTES

STDIN = "-"


def kitfile_from_stdin() -> str:
    """The Kitfile from a pipe or file; a terminal or device is refused, as with `kit`."""
    try:
        is_device = stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)
    except (OSError, ValueError):
        is_device = False
    if is_device:
        raise InvalidArgument("no Kitfile on standard input: it must be a pipe or a file")
    return sys.stdin.read(MAX_KITFILE_BYTES)
