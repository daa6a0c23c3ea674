"""Sizes, rates, durations and ages as people read them. Sizes are binary everywhere: ``4.1 GiB``."""

from __future__ import annotations

import time

import humanize

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY


def size_text(size: int | float) -> str:
    """Bytes as ``0 bytes``, ``512 bytes``, ``18.4 MiB``, ``4.1 GiB``."""
    if abs(size) < 1024:
        return "1 byte" if int(size) == 1 else f"{int(size)} bytes"
    value, unit = abs(size) / 1024, 1024
    while value >= 1023.5:  # would be rounded to 1024
        value, unit = value / 1024, unit * 1024
    return humanize.naturalsize(
        max(abs(size), unit), binary=True, format="%.0f" if value >= 99.95 else "%.1f"
    )


def sum_text(size: int, unknown: int) -> str:
    """``1.2 MiB and 1 of unknown size``: the ``size`` of files beside ``unknown`` ones that state none."""
    if not unknown:
        return size_text(size)
    return f"{size_text(size)} and {unknown:,} of unknown size" if size else "size unknown"


def read_text(read: int, total: int) -> str:
    """``62 KiB of 13.1 GiB read``; of what was read again and again ``83.0 MiB read, of 40.0 MiB in all``."""
    if read > total:
        return f"{size_text(read)} read, of {size_text(total)} in all"
    return f"{size_text(read)} of {size_text(total)} read"


def exact_size_text(size: int) -> str:
    """``4.1 GiB (4,402,341,478 bytes)``, for places where the last byte counts."""
    return size_text(size) if abs(size) < 1024 else f"{size_text(size)} ({size:,} bytes)"


def rate_text(rate: float) -> str:
    """Bytes per second as ``84 MiB/s``; empty when nothing moves."""
    return "" if rate < 1 else f"{size_text(rate)}/s"


def duration_text(seconds: float) -> str:
    """``45 s``, ``3 min 20 s``, ``2 h 5 min``, ``3 d 4 h``: the two largest units that matter."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "min", 1, "s")
    if whole < _DAY:
        return _two(whole, _HOUR, "h", _MINUTE, "min")
    return _two(whole, _DAY, "d", _HOUR, "h")


def left_text(seconds: float | None) -> str:
    """``45 s left``; empty when not known. Rounded, so that the text does not flicker."""
    if seconds is None:
        return ""
    if seconds >= 10 * _MINUTE:
        seconds = round(seconds / _MINUTE) * _MINUTE
    elif seconds >= 20:
        seconds = round(seconds / 5) * 5
    return f"{duration_text(max(1.0, seconds))} left"


def age_text(then: float, now: float | None = None) -> str:
    """How long ago ``then`` (seconds since the epoch) was: ``now``, ``5 min ago``, ``yesterday``."""
    age = (time.time() if now is None else now) - then
    if age < _MINUTE:
        return "now"
    if age < _HOUR:
        return f"{int(age // _MINUTE)} min ago"
    if age < _DAY:
        return f"{int(age // _HOUR)} h ago"
    if age < 2 * _DAY:
        return "yesterday"
    if age < _WEEK:
        return f"{int(age // _DAY)} d ago"
    if age < 9 * _WEEK:
        return f"{int(age // _WEEK)} w ago"
    return time.strftime("%Y-%m-%d", time.localtime(then))


def time_text(moment: float) -> str:
    """Seconds since the epoch as ``2026-11-24 14:05`` in local time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


def clock_text(moment: float, now: float | None = None) -> str:
    """A moment to come: ``14:32``, with its date when that is another day."""
    at, today = time.localtime(moment), time.localtime(now)
    return time.strftime("%H:%M" if at[:3] == today[:3] else "%Y-%m-%d %H:%M", at)


def moment_text(moment: float) -> str:
    """A moment of the next few minutes, to the second: ``14:03:20``."""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def count_text(count: int, one: str, many: str = "") -> str:
    """``1 file``, ``1,204 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _two(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    first = f"{whole // large} {large_name}"
    return f"{first} {rest} {small_name}" if rest else first
