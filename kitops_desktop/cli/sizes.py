"""Sizes as `kit` prints them: binary units, floored to one decimal, whole bytes without a decimal."""

from __future__ import annotations

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
UNKNOWN = "unknown"


def kit_size(size: int) -> str:
    """``size`` in bytes, for a table: ``0 B``, ``7.5 KiB``, ``1.0 GiB``."""
    if size < 1024:
        return f"{size} B"
    exponent = min((size.bit_length() - 1) // 10, len(UNITS) - 1)
    tenths = size * 10 // 1024**exponent
    return f"{tenths // 10}.{tenths % 10} {UNITS[exponent]}"


def size_or_unknown(size: int | None) -> str:
    """The same of what may not be known."""
    return UNKNOWN if size is None else kit_size(size)


def sum_or_unknown(size: int, unknown: int) -> str:
    """The ``size`` of files beside ``unknown`` ones whose size nobody knows."""
    if not unknown:
        return kit_size(size)
    return f"{kit_size(size)} and {unknown:,} of unknown size" if size else f"{UNKNOWN} size"
