"""What the Library shows, as values: repositories with their kits, sums of bytes, and what a filter finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference, short_repository
from kitops_desktop.store.local_store import Listing, StoredKit
from kitops_desktop.ui.library.kinds import ContentKind, kinds_in

NO_TAG = "<none>"
UNNAMED = "(unnamed)"


@dataclass(frozen=True)
class KitRow:
    """One stored kit with all its tags in one repository."""

    kit: StoredKit
    damaged: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.kit.repository, self.kit.descriptor.digest)

    @property
    def title(self) -> str:
        """Its tags, or ``<none>`` as in `kit list`."""
        return ", ".join(self.kit.tags) or NO_TAG

    @property
    def repository(self) -> str:
        return repository_title(self.kit.repository)

    @property
    def size(self) -> int:
        return self.kit.size

    @property
    def unique(self) -> int:
        return self.kit.unique

    @property
    def shared(self) -> int:
        return self.kit.shared

    @property
    def stored_at(self) -> float:
        """Seconds since the epoch."""
        return self.kit.stored_at

    @property
    def short_digest(self) -> str:
        return short_digest(self.kit.descriptor.digest)

    @cached_property
    def kinds(self) -> tuple[ContentKind, ...]:
        """What it contains."""
        return kinds_in(self.kit.manifest)

    @cached_property
    def reference(self) -> Reference:
        """The first tag's reference; by digest when there is no tag."""
        registry, _, repository = self.kit.repository.partition("/")
        named = Reference(registry, repository)
        if self.kit.tags:
            return named.with_tag(self.kit.tags[0])
        return named.with_digest(self.kit.descriptor.digest)

    @cached_property
    def by_digest(self) -> Reference:
        """The kit itself, whatever its tags."""
        return self.reference.with_digest(self.kit.descriptor.digest)

    @cached_property
    def haystack(self) -> str:
        kit = self.kit
        references = " ".join(f"{short_repository(kit.repository)}:{tag}" for tag in kit.tags)
        words = (kit.repository, references or NO_TAG, kit.descriptor.digest, kit.author, kit.kitfile_name)
        return " ".join((*words, *(kind.label for kind in self.kinds))).casefold()


@dataclass(frozen=True)
class RepositoryRow:
    """A repository; sizes are in bytes and count a layer that several of its kits share once."""

    name: str
    kits: tuple[KitRow, ...]
    size: int
    unique: int

    @property
    def key(self) -> tuple[str]:
        return (self.name,)

    @property
    def title(self) -> str:
        return repository_title(self.name)

    @property
    def shared(self) -> int:
        return self.size - self.unique

    @property
    def stored_at(self) -> float:
        """When its newest kit was stored, in seconds since the epoch."""
        return max((row.stored_at for row in self.kits), default=0.0)


Row = KitRow | RepositoryRow


@dataclass(frozen=True, slots=True)
class Totals:
    """``size`` is in bytes and counts every layer once."""

    kits: int
    repositories: int
    size: int


def repository_title(name: str) -> str:
    return short_repository(name) or UNNAMED


def repository_rows(listing: Listing) -> tuple[RepositoryRow, ...]:
    """The listing grouped by repository, sorted by stored name; kits newest first."""
    damaged = _damaged_references(listing)
    by_name: dict[str, list[KitRow]] = {}
    for kit in listing.kits:
        by_name.setdefault(kit.repository, []).append(KitRow(kit, _is_damaged(kit, damaged)))
    users = _repositories_of_layers(listing.kits)
    return tuple(_repository_row(name, by_name[name], users) for name in sorted(by_name))


def totals(rows: Iterable[RepositoryRow]) -> Totals:
    rows = tuple(rows)
    layers = {
        layer.digest: layer.size for row in rows for kit in row.kits for layer in kit.kit.manifest.layers
    }
    return Totals(sum(len(row.kits) for row in rows), len(rows), sum(layers.values()))


def matches(row: KitRow, terms: Sequence[str]) -> bool:
    """Whether every term (case-folded) occurs in the kit's name, tags, digest, author or kinds."""
    return all(term in row.haystack for term in terms)


def filter_terms(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())


def _repository_row(name: str, kits: list[KitRow], users: dict[str, set[str]]) -> RepositoryRow:
    kits.sort(key=lambda row: (-row.stored_at, row.title))
    layers = {layer.digest: layer.size for row in kits for layer in row.kit.manifest.layers}
    unique = sum(size for digest, size in layers.items() if users[digest] == {name})
    return RepositoryRow(name, tuple(kits), sum(layers.values()), unique)


def _repositories_of_layers(kits: Iterable[StoredKit]) -> dict[str, set[str]]:
    users: dict[str, set[str]] = {}
    for kit in kits:
        for layer in kit.manifest.layers:
            users.setdefault(layer.digest, set()).add(kit.repository)
    return users


def _damaged_references(listing: Listing) -> set[str]:
    return {reference for damage in listing.damage for reference in damage.affects}


def _is_damaged(kit: StoredKit, damaged: set[str]) -> bool:
    if not damaged:
        return False
    names = {f"{kit.repository}:{tag}" for tag in kit.tags} | {f"{kit.repository}@{kit.descriptor.digest}"}
    names |= {short_repository(name) for name in names} | {kit.descriptor.digest}
    return not damaged.isdisjoint(names)
