"""Ranges as registries write them: of a download (RFC 9110), of an upload (distribution specification)."""

from __future__ import annotations

import re

_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.IGNORECASE)
_UPLOADED = re.compile(r"(?:bytes[= ])?0-(-?\d{1,19})", re.IGNORECASE)


def asked(start: int, end: int) -> str:
    """The ``Range`` for the bytes from ``start`` to before ``end``. Always closed: some registries refuse
    open ones, and such that go beyond the end.
    """
    return f"bytes={start}-{end - 1}"


def is_answer(header: str, start: int, end: int, size: int) -> bool:
    """Whether a ``Content-Range`` is exactly what was asked for, of a blob with ``size`` bytes."""
    match = _CONTENT_RANGE.fullmatch(header.strip())
    if match is None or (int(match[1]), int(match[2])) != (start, end - 1):
        return False
    return match[3] == "*" or int(match[3]) == size


def sent(start: int, end: int) -> str:
    """The ``Content-Range`` of a chunk: without unit and total, which some registries refuse."""
    return f"{start}-{end - 1}"


def stored(header: str) -> int | None:
    """How many bytes of an upload the registry has, by its ``Range``; None when that cannot be read.

    Seen are ``0-N``, ``bytes=0-N``, ``bytes 0-N`` and ``0--1``. ``0-0`` is said for nothing at all; it would
    be right for one byte, but no chunk is that short unless the blob is.
    """
    match = _UPLOADED.fullmatch(header.strip())
    if match is None:
        return None
    last = int(match[1])
    return last + 1 if last > 0 else 0
