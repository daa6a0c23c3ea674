"""What has been found out of the tags of a repository, and what is to be found out anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from kitops_desktop.ui.browser.artifact_kinds import signed_digest
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version


class KnownTags:
    """``all`` are the tags there are. What was known of those that stay is kept when they are listed again,
    and counts as old until it is found out once more.
    """

    def __init__(self) -> None:
        self.all = Tags()
        self._rows: dict[str, TagRow] = {}
        self._old: set[str] = set()
        self._referrers: dict[str, tuple[TagRow, ...]] = {}
        self._old_referrers: set[str] = set()
        self._here: Collection[str] | None = None

    @property
    def rows(self) -> tuple[TagRow, ...]:
        """Those of which something is known."""
        return tuple(self._rows.values())

    def row(self, tag: str) -> TagRow:
        """What is known of a tag, which may be nothing."""
        return self._rows.get(tag) or TagRow(tag)

    def keep(self, tags: Tags) -> None:
        """These are the tags there are now."""
        self.all = tags
        every = set(tags.tags).union(tags.signatures)
        self._rows = {tag: row for tag, row in self._rows.items() if tag in every}
        self._old, self._old_referrers = set(self._rows), set(self._referrers)

    def forget(self) -> None:
        """What was known may no longer hold."""
        self._rows, self._referrers = {}, {}

    def put_version(self, tag: str, version: Version) -> bool:
        """A tag stands for this. Whether that is news, as with the others that put something."""
        is_here = None if self._here is None else version.digest in self._here
        return self._put(TagRow(tag, version, is_here=is_here))

    def put_problem(self, tag: str, problem: str) -> bool:
        """Why it cannot be found out what a tag stands for."""
        return self._put(TagRow(tag, problem=problem))

    def put_referrers(self, digest: str, rows: Sequence[TagRow]) -> bool:
        """What is listed as referring to a version and has no tag of its own."""
        self._old_referrers.discard(digest)
        if self._referrers.get(digest) == tuple(rows):
            return False
        self._referrers[digest] = tuple(rows)
        return True

    def put_here(self, digests: Collection[str]) -> Iterator[TagRow]:
        """Which versions the local store has. Gives the rows that say something else now."""
        self._here = digests
        for row in self.rows:
            if row.version is not None and self._replace(replace(row, is_here=row.version.digest in digests)):
                yield self._rows[row.tag]

    def wants_look(self, tag: str) -> bool:
        """Whether it is to be found out what a tag stands for now."""
        return bool(tag) and (tag not in self._rows or tag in self._old)

    def wants_referrers(self, tag: str) -> str:
        """The digest of a version of which it is to be found out what refers to it; "" for none."""
        version = self.row(tag).version
        if version is None or signed_digest(tag) is not None:
            return ""
        digest = version.digest
        return digest if digest not in self._referrers or digest in self._old_referrers else ""

    def has_index_of(self, digest: str) -> bool:
        """Whether there is a tag under which referrers of a version are listed."""
        return digest.replace(":", "-") in self.all.of_versions.get(digest, ())

    def tags_of(self, digest: str) -> tuple[str, ...]:
        """The tags that are known to stand for a version."""
        versions = ((tag, row.version) for tag, row in self._rows.items())
        return tuple(tag for tag, version in versions if version is not None and version.digest == digest)

    def digests(self) -> set[str]:
        """The versions that some tag is known to stand for."""
        return {row.version.digest for row in self._rows.values() if row.version is not None}

    def belonging_to(self, digest: str) -> tuple[TagRow, ...]:
        """Signatures and the like of a version. An index of referrers gives way to what is in it."""
        listed = self._referrers.get(digest, ())
        index = digest.replace(":", "-") if listed else ""
        tagged = (self.row(tag) for tag in self.all.of_versions.get(digest, ()) if tag != index)
        return (*tagged, *listed)

    def _put(self, row: TagRow) -> bool:
        self._old.discard(row.tag)
        return self._replace(row)

    def _replace(self, row: TagRow) -> bool:
        if self._rows.get(row.tag) == row:
            return False
        self._rows[row.tag] = row
        return True
