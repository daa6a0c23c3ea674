"""What git leaves in place of a large file that was not fetched."""

from __future__ import annotations

import re

from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "Git LFS pointer"
MAGIC = b"version https://git-lfs.github.com/spec/"
_MOST = 1024
_SIZE = re.compile(rb"\nsize ([0-9]{1,18})\n")


def recognised_pointer(source: Bytes) -> Recognised:
    size = _SIZE.search(source.read(0, _MOST))
    return Recognised(
        Kind.PART,
        FORMAT,
        facts=facts(("bytes of the file it stands for", int(size[1]) if size else None)),
        warnings=("The file itself is not here: run `git lfs pull` in its folder, then pack again.",),
    )
