"""Names that are fine here and trouble elsewhere."""

from __future__ import annotations

import re

from kitops_desktop.modelkit.entry_names import folded, why_unsafe

_MOST = 20
_SUSPECT = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com|lpt)|[<>:\"|?*\\\x00-\x1f]|[ .](?:/|$)", re.IGNORECASE)
"""Only names with one of these can be trouble on Windows; most have none."""


class PortabilityWatch:
    """Collects warnings about names; only the first of them are written out."""

    def __init__(self) -> None:
        self._spelling: dict[str, str] = {}
        self._warnings: list[str] = []
        self._more = 0

    def add(self, path: str) -> None:
        key = folded(path)
        before = self._spelling.setdefault(key, path)
        if before != path:
            self._warn(f"{path} and {before} are the same name where upper and lower case are one")
        reason = why_unsafe(path, is_dir=False, windows=True) if _SUSPECT.search(path) else ""
        if reason:
            self._warn(f"{path} cannot be unpacked on Windows: {reason}")

    @property
    def warnings(self) -> tuple[str, ...]:
        more = (f"and {self._more:,} more names like these",) if self._more else ()
        return (*self._warnings, *more)

    def _warn(self, text: str) -> None:
        if len(self._warnings) < _MOST:
            self._warnings.append(text)
        else:
            self._more += 1
