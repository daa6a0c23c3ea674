"""What can be wrong with a store, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class DamageKind(StrEnum):
    INDEX_UNREADABLE = "unreadable index"
    TAGS_UNREADABLE = "unreadable tags"
    ENTRY_INVALID = "invalid entry"
    TAG_DANGLING = "dangling tag"
    NOT_IN_SHARED_INDEX = "missing from index.json"
    MANIFEST_MISSING = "missing manifest"
    MANIFEST_INVALID = "invalid manifest"
    CONFIG_INVALID = "invalid config"
    BLOB_MISSING = "missing blob"
    SIZE_WRONG = "wrong size"
    CONTENT_WRONG = "wrong content"
    UNREADABLE = "unreadable blob"
    OLD_LAYOUT = "old layout"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong.

    ``digest`` is that of the blob in question ("" when it is about an index file), ``path`` the file in
    question, ``affects`` the kits that cannot be used, as people write them (``churn:v1``, ``churn@sha256:…``
    for a kit without tags), ``reason`` one clause in English.
    """

    kind: DamageKind
    digest: str
    path: Path
    affects: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        names = f" ({', '.join(self.affects)})" if self.affects else ""
        return f"{self.digest or self.path}: {self.reason}{names}"
