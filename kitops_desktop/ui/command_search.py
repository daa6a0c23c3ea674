"""What the command palette finds: commands, ModelKits and projects by a few letters of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

MAX_FOUND = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """``hint`` stands at the right: a shortcut, a size, a folder."""

    text: str
    run: Callable[[], None]
    icon: str = ""
    hint: str = ""


def search(entries: Iterable[Entry], text: str) -> Sequence[Entry]:
    """Entries in which every word of ``text`` occurs; those that begin with the first one come first."""
    words = text.casefold().split()
    ranked = []
    for order, entry in enumerate(entries):
        rank = _rank(entry.text.casefold(), words)
        if rank is not None:
            ranked.append((rank, order, entry))
    ranked.sort(key=lambda item: item[:2])
    return [entry for _, _, entry in ranked[:MAX_FOUND]]


def _rank(name: str, words: list[str]) -> int | None:
    if not all(word in name for word in words):
        return None
    if not words or name.startswith(words[0]):
        return 0
    return 1 if any(part.startswith(words[0]) for part in _parts(name)) else 2


def _parts(name: str) -> list[str]:
    for mark in "/:-_.":
        name = name.replace(mark, " ")
    return name.split()
