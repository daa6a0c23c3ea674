"""The names of a registry's repositories as a tree: folders by ``/``, found by a few letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

LONGEST = 255
"""Letters in the name of a repository with its host, by the specification."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One row: a repository called ``path`` when ``is_repository``, and a folder for the names from ``start``
    to ``stop`` of the sorted list, if any.
    """

    path: str
    is_repository: bool
    start: int
    stop: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def inside(self) -> int:
        """How many repositories lie below it."""
        return self.stop - self.start


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted so that what lies in a folder stands together, after a repository of the folder's name. What no
    repository can be called is left out.
    """
    return tuple(sorted(set(filter(_is_name, names)), key=lambda name: name.split("/")))


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST and name.isprintable()


def matching(names: Sequence[str], text: str) -> tuple[str, ...]:
    """The names in which every word of ``text`` occurs."""
    words = text.casefold().split()
    return tuple(name for name in names if all(word in name for word in words))


def branches(names: Sequence[str], start: int, stop: int, depth: int) -> Iterator[Branch]:
    """What lies side by side in ``names[start:stop]``, which agree in their first ``depth`` pieces."""
    place = start
    while place < stop:
        pieces = names[place].split("/")
        path = "/".join(pieces[: depth + 1])
        is_repository = len(pieces) == depth + 1
        inside = place + is_repository
        end = inside
        while end < stop and names[end].startswith(path + "/"):
            end += 1
        yield Branch(path, is_repository, inside, end)
        place = end
