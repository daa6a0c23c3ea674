"""What Hugging Face says of a repository, read with bounds: nothing in it is believed to be well formed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.importers.hugging_face.address import HfAddress, HfKind
from kitops_desktop.modelkit.entry_names import why_unsafe

MOST_TAGS = 200
_MAX_TEXT = 300
_MAX_PATH = 4096
"""Letters: of git's own, and of most systems, that is the limit for a path."""
_LARGEST = 1 << 50
"""Bytes of one file that are believed."""
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class HfFile:
    """``size`` is in bytes. ``oid`` is git's sha1 of the blob; of a file in Git LFS ``sha256`` is that of its
    content, "" for others, whose content has ``oid``. ``unsafe`` is why it is never written, "" for most.
    """

    path: str
    size: int
    oid: str
    sha256: str = ""
    unsafe: str = ""

    @property
    def is_lfs(self) -> bool:
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class HfRepository:
    """A repository as it is at one commit. ``address`` has the name it has now, and the revision asked for.

    ``commit`` is the full one that the revision stands for. ``gated``: whoever wants the files must first ask
    on its page. ``modified`` is in seconds since the epoch, None when unknown. ``licence`` is what its card
    says; ``pipeline`` what it is for ("text-generation"), ``library`` what loads it ("transformers").
    """

    address: HfAddress
    commit: str
    is_private: bool = False
    gated: bool = False
    licence: str = ""
    pipeline: str = ""
    library: str = ""
    tags: tuple[str, ...] = ()
    downloads: int | None = None
    likes: int | None = None
    modified: float | None = None
    base_models: tuple[str, ...] = ()

    @property
    def pinned(self) -> HfAddress:
        """The address of exactly this commit."""
        return HfAddress(self.address.name, self.address.kind, self.commit)


@dataclass(frozen=True, slots=True)
class HfRevision:
    """A branch or a tag, with the commit it stands for."""

    name: str
    commit: str
    is_tag: bool = False


def repository_of(value: object, asked: HfAddress, host: str) -> HfRepository:
    """Read the answer to the question for ``asked``. Raises ``RegistryFailed``."""
    if not isinstance(value, dict) or not is_commit(value.get("sha")):
        raise RegistryFailed(host, 0, "what it says of the repository makes no sense")
    card = value.get("cardData")
    card = card if isinstance(card, dict) else {}
    name = text_of(value.get("id"))
    return HfRepository(
        HfAddress(name if _is_name(name) else asked.name, asked.kind, asked.revision, asked.path),
        value["sha"],
        value.get("private") is True,
        value.get("gated") not in (None, False, ""),
        _licence(card, value),
        text_of(value.get("pipeline_tag")),
        text_of(value.get("library_name")),
        _texts(value.get("tags")),
        count_of(value.get("downloads")),
        count_of(value.get("likes")),
        moment_of(value.get("lastModified")),
        _texts(card.get("base_model")) if asked.kind is HfKind.MODEL else (),
    )


def file_of(item: object) -> HfFile | None:
    """One of a listing; None for folders, and for what says nothing that can be used."""
    if not isinstance(item, dict) or item.get("type") != "file":
        return None
    path, size, lfs = item.get("path"), item.get("size"), item.get("lfs")
    if not isinstance(path, str) or not 0 < len(path) <= _MAX_PATH or not _is_size(size):
        return None
    sha256 = ""
    if isinstance(lfs, dict):
        sha256 = _hex(lfs.get("oid") or lfs.get("sha256"), 64)
        size = lfs.get("size") if _is_size(lfs.get("size")) else size
        if not sha256:
            return None
    assert isinstance(size, int)
    return HfFile(path, size, _hex(item.get("oid"), 40), sha256, _why_unsafe(path))


def revisions_of(value: object) -> tuple[HfRevision, ...]:
    """Branches, then tags; what converters made is left out."""
    if not isinstance(value, dict):
        return ()
    found = []
    for key, is_tag in (("branches", False), ("tags", True)):
        items = value.get(key)
        for item in items if isinstance(items, list) else ():
            name = text_of(item.get("name")) if isinstance(item, dict) else ""
            if name and is_commit(item.get("targetCommit")):
                found.append(HfRevision(name, item["targetCommit"], is_tag))
    return tuple(found)


def is_commit(value: object) -> bool:
    return bool(_hex(value, 40))


def _why_unsafe(path: str) -> str:
    """git allows more names than archives that may be unpacked anywhere."""
    if path != path.strip("/") or "//" in path or "." in path.split("/"):
        return "its path is not in its plain form"
    if not path.isprintable():
        return "its name holds control characters"
    return why_unsafe(path, is_dir=False)


def _is_name(name: str) -> bool:
    return bool(name) and all(piece and piece.isprintable() for piece in name.split("/")) and len(name) < 200


def _licence(card: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    found = card.get("license_name") if card.get("license") == "other" else card.get("license")
    if isinstance(found, list):
        found = found[0] if found else ""
    tags = (tag.removeprefix("license:") for tag in _texts(value.get("tags")) if tag.startswith("license:"))
    return text_of(found) or next(tags, "")


def text_of(value: object) -> str:
    """In one line, and cut; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value[: 2 * _MAX_TEXT]).split())[
        :_MAX_TEXT
    ]


def _texts(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        return ()
    return tuple(filter(None, map(text_of, items[:MOST_TAGS])))


def count_of(value: object) -> int | None:
    """None for what is no number of things."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _is_size(value: object) -> bool:
    count = count_of(value)
    return count is not None and count <= _LARGEST


def moment_of(value: object) -> float | None:
    """In seconds since the epoch; None for what is no time."""
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _hex(value: object, length: int) -> str:
    return value if isinstance(value, str) and len(value) == length and set(value) <= _HEX else ""
