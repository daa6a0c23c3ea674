"""Facts of a certificate as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.ui.units import time_text

MAX_NAMES = 12


def fingerprint_text(sha256: str) -> str:
    """``ab:cd:…`` in upper case, four bytes to a group, as browsers and openssl show it."""
    pairs = [sha256[place : place + 2].upper() for place in range(0, len(sha256), 2)]
    return " ".join(":".join(pairs[place : place + 4]) for place in range(0, len(pairs), 4))


def validity_text(not_before: float, not_after: float, now: float) -> tuple[str, bool]:
    """From when to when, and whether ``now`` is in between; all in seconds since the epoch."""
    period = f"{time_text(not_before)} to {time_text(not_after)}"
    if now > not_after:
        return f"{period}: expired", False
    return (f"{period}: not yet valid", False) if now < not_before else (period, True)


def names_text(names: Sequence[str]) -> str:
    """The names, as many as there is room for."""
    shown = ", ".join(names[:MAX_NAMES]) or "none"
    return shown if len(names) <= MAX_NAMES else f"{shown} and {len(names) - MAX_NAMES:,} more"
