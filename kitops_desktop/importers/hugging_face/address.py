"""What an address of Hugging Face is about: a repository, one of its revisions, a file in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.endpoint import hf_hosts

SCHEME = "hf://"
_NAME = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_REVISION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,253}[A-Za-z0-9_-])?")
_MAX_PATH = 4096
_OF_REVISION = frozenset({"tree", "blob", "resolve", "raw", "blame", "edit", "commits", "commit", "revision"})
"""Pages about a revision, which comes next; behind it a path, but for those about commits."""
_NO_REPOSITORIES = frozenset((
    "models", "docs", "blog", "papers", "collections", "tasks", "learn", "pricing", "enterprise", "login",
    "join", "settings", "organizations", "new", "new-dataset", "new-space", "search", "posts", "chat", "api",
    "inference", "support", "terms-of-service", "privacy", "brand", "notifications", "welcome", "playground",
))  # fmt: skip
"""What the first piece of an address may be beside the name of somebody."""


class HfKind(StrEnum):
    """The word that the interface has for a kind of repository."""

    MODEL = "models"
    DATASET = "datasets"
    SPACE = "spaces"

    @property
    def noun(self) -> str:
        return {HfKind.MODEL: "model", HfKind.DATASET: "dataset", HfKind.SPACE: "Space"}[self]


@dataclass(frozen=True, slots=True)
class HfAddress:
    """``name`` is ``ORGANISATION/NAME``, of the oldest repositories ``NAME`` alone. ``revision`` is a branch,
    a tag or a commit, "" for the main branch. ``path`` is a file or folder in it, "" for all.
    """

    name: str
    kind: HfKind = HfKind.MODEL
    revision: str = ""
    path: str = ""

    def __str__(self) -> str:
        """As Hugging Face's own file system for Python writes it: ``hf://datasets/ORG/NAME@REVISION/PATH``."""
        revision = self.revision
        if not revision and self.path and "/" not in self.name:
            revision = "main"  # or the path would be taken for a part of the name
        revision = f"@{quote(revision, safe='')}" if revision else ""
        path = f"/{self.path}" if self.path else ""
        return f"{SCHEME}{self.prefix}{self.name}{revision}{path}"

    @property
    def prefix(self) -> str:
        """What stands before the name in addresses: nothing for models."""
        return "" if self.kind is HfKind.MODEL else f"{self.kind.value}/"

    def page(self, host: str = "huggingface.co") -> str:
        """The address of its page in a web browser."""
        revision = f"/tree/{quote(self.revision, safe='')}" if self.revision else ""
        return f"https://{host}/{self.prefix}{self.name}{revision}"


def is_hf_address(text: str) -> bool:
    """Whether ``text`` is an address there, of whatever."""
    return text.startswith(SCHEME) or _parts(text) is not None


def parse_hf_address(text: str) -> HfAddress | None:
    """The repository that a pasted address is about; None for what is no address there.

    Taken are the pages of repositories, their files and revisions, addresses of the interface, of git
    (``git@hf.co:ORG/NAME``), and ``hf://…``. Raises ``InvalidArgument`` for pages that are about none.
    """
    if text.startswith(SCHEME):
        return _of_file_system(text.removeprefix(SCHEME))
    parts = _parts(text)
    if parts is None:
        return None
    pieces = [unquote(piece) for piece in parts.split("/") if piece]
    if pieces[:1] == ["api"]:
        pieces = pieces[2:] if pieces[1:2] == [HfKind.MODEL] else pieces[1:]
    kind = HfKind.MODEL
    if pieces and pieces[0] in (HfKind.DATASET, HfKind.SPACE):
        kind, pieces = HfKind(pieces[0]), pieces[1:]
    if not pieces or pieces[0] in _NO_REPOSITORIES:
        raise _about_none()
    is_old = len(pieces) == 1 or pieces[1] in _OF_REVISION
    count = 1 if is_old else 2
    return hf_address("/".join(pieces[:count]), kind, *_within(pieces[count:]))


def hf_address(name: str, kind: HfKind = HfKind.MODEL, revision: str = "", path: str = "") -> HfAddress:
    """A checked address. ``main`` is what is meant without a revision. Raises ``InvalidArgument``."""
    name = name.strip().removesuffix(".git").partition(":")[0]  # behind a colon some name a quantisation
    pieces = name.split("/")
    if len(pieces) > 2 or not all(_NAME.fullmatch(piece) for piece in pieces):
        raise InvalidArgument(
            f"“{name[:200]}” is no repository of Hugging Face: those are ORGANISATION/NAME."
        )
    if revision and (not _REVISION.fullmatch(revision) or ".." in revision or "//" in revision):
        raise InvalidArgument(f"“{revision[:200]}” is no revision: that is a branch, a tag or a commit.")
    return HfAddress(name, kind, "" if revision == "main" else revision, _checked_path(path))


def _within(rest: list[str]) -> tuple[str, str]:
    """Revision and path that the pieces behind the name mean; other pages are about the repository."""
    match rest:
        case [page, "refs", what, number, *path] if page in _OF_REVISION:  # not written as one piece
            return f"refs/{what}/{number}", "/".join(path)
        case ["commits" | "commit", revision, *_]:
            return revision, ""
        case [page, revision, *path] if page in _OF_REVISION:
            return revision, "/".join(path)
    return "", ""


def _of_file_system(rest: str) -> HfAddress:
    kind = HfKind.MODEL
    first, slash, behind = rest.partition("/")
    if slash and first in {item.value for item in HfKind}:
        kind, rest = HfKind(first), behind
    pieces = rest.strip("/").split("/")
    is_old = len(pieces) == 1 or "@" in pieces[0]
    name = "/".join(pieces[: 1 if is_old else 2])
    name, _, revision = name.partition("@")
    return hf_address(name, kind, unquote(revision), "/".join(pieces[1 if is_old else 2 :]))


def _parts(text: str) -> str | None:
    """The path of an address there; None for what is none, and for what has somebody's password in it."""
    if text.startswith(("git@hf.co:", "git@huggingface.co:")):
        return text.partition(":")[2]
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "git", "ssh") or f"{host}{port}" not in hf_hosts():
        return None
    if parts.password is not None:
        return None
    return parts.path


def _checked_path(path: str) -> str:
    path = path.strip("/")
    if len(path) > _MAX_PATH or ".." in path.split("/") or not path.isprintable():
        raise InvalidArgument("This path is none that a repository can have.")
    return path


def _about_none() -> InvalidArgument:
    return InvalidArgument(
        "This page of Hugging Face is about no repository. Open that of a model, a dataset or a Space."
    )
