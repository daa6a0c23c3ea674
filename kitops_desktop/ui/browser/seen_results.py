"""What a search over everything seen in registries shows: by registry, the repositories first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kitops_desktop.records.seen import SeenHit, exact_tags
from kitops_desktop.registry.paging import natural_key
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.editor.path_text import name_text as printable
from kitops_desktop.ui.units import age_text, count_text

TAGS_OF_ONE = 5
"""So many tags of a repository are shown; who wants others opens it."""
REPOSITORIES = 60
"""So many of one registry."""


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """What was found of one registry; ``label`` is what it is called and is for, "" for nothing. ``more`` is
    how many repositories were found beside.
    """

    host: str
    label: str
    hits: tuple[SeenHit, ...]
    more: int = 0

    @property
    def title(self) -> str:
        return f"{self.host} ({self.label})" if self.label else self.host


def grouped(
    hits: Iterable[SeenHit], text: str, label_of: Callable[[str], str] = lambda _: ""
) -> tuple[SeenGroup, ...]:
    """The hits by registry; those come first whose names begin with the first word."""
    found: dict[str, dict[str, list[SeenHit]]] = {}
    for hit in hits:
        found.setdefault(hit.host, {}).setdefault(hit.repository, []).append(hit)
    words = text.casefold().split()
    first, exact = (words or [""])[0], exact_tags(words)
    groups = []
    for host, repositories in found.items():
        names = sorted(repositories, key=lambda name: (_rank(name, first), natural_key(name)))
        shown = [hit for name in names[:REPOSITORIES] for hit in _of_repository(repositories[name], exact)]
        more = max(0, len(names) - REPOSITORIES)
        groups.append((_rank(names[0], first), SeenGroup(host, label_of(host), tuple(shown), more)))
    return tuple(group for _, group in sorted(groups, key=lambda item: (item[0], item[1].host)))


def name_text(hit: SeenHit) -> str:
    return f"{hit.repository}:{hit.tag}" if hit.tag else hit.repository


def what_text(hit: SeenHit) -> str:
    """What it is, or the file because of which it was found."""
    if hit.file:
        return f"has {file_text(hit)}"
    kit = hit.kit
    told = " - ".join(filter(None, (kit.name, kit.description)))
    return ", ".join(filter(None, (told, kit.licence, kit.framework)))


def file_text(hit: SeenHit) -> str:
    """The file because of which it was found, for people; "" for none."""
    return printable(hit.file)


def seen_text(hit: SeenHit) -> str:
    age = age_text(hit.seen_at)
    return "seen just now" if age == "now" else f"seen {age}"


def found_text(groups: Sequence[SeenGroup]) -> str:
    """The line above the results."""
    if not groups:
        return "Nothing that was seen is called like that, or has it in its Kitfile or among its files."
    found = count_text(sum(len(group.hits) for group in groups), "match", "matches")
    more = sum(group.more for group in groups)
    beside = f", and {count_text(more, 'repository', 'repositories')} beside" if more else ""
    return f"{found}{beside}, of all that was seen before. No registry was asked."


def _of_repository(hits: Iterable[SeenHit], exact: Collection[str]) -> tuple[SeenHit, ...]:
    """The repository itself, when it was found, and of its tags those that were asked for by their whole
    names, then the newest.
    """
    by_tag = {hit.tag: hit for hit in hits}
    own = (by_tag.pop(""),) if "" in by_tag else ()
    tags = sorted(newest_first(by_tag), key=lambda tag: tag.casefold() not in exact)
    return (*own, *(by_tag[tag] for tag in tags[:TAGS_OF_ONE]))


def _rank(name: str, word: str) -> int:
    return 0 if name.rpartition("/")[2].startswith(word) else 1 if name.startswith(word) else 2
