"""What an address of Hugging Face is about: a repository, one of its revisions, a file in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.endpoint import HUGGING_FACE, ITSELF, hf_endpoint, hf_hosts
from kitops_desktop.importers.revisions import is_revision, no_revision

SCHEME = "hf://"
_SCHEMES = re.compile(r"(?:hf|huggingface)://", re.IGNORECASE)
_OF_GIT = re.compile(r"git@(?:hf\.co|huggingface\.co):/?", re.IGNORECASE)
_NAME = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")
_SPECIAL_REF = re.compile(r"refs/(?:pr/\d+|convert/[A-Za-z0-9_.-]+)(?=/|$)")
"""Revisions that are not always written as one piece: pull requests, and what converters made."""
_MAX_PATH = 4096
_OF_REVISION = frozenset({"tree", "blob", "resolve", "raw", "blame", "edit", "commits", "commit", "revision"})
"""Pages about a revision, which comes next; behind it a path, but for those about commits."""
_OF_REPOSITORY = _OF_REVISION | {"discussions", "settings"}
"""What is a page of a repository behind one of the oldest names, which have no organisation."""
_LISTS = frozenset((
    "models", "datasets", "spaces", "collections", "papers", "activity", "likes", "followers", "following",
    "buckets", "kernels",
))  # fmt: skip
"""Behind the name of somebody: lists of what that one has."""
_KINDS = frozenset({"models", "datasets", "spaces"})
_OTHER_KINDS = frozenset({"kernels", "buckets"})
_NO_REPOSITORIES = frozenset((
    "models", "docs", "blog", "papers", "collections", "tasks", "learn", "pricing", "enterprise", "login",
    "logout", "join", "settings", "organizations", "new", "new-dataset", "new-space", "new-collection",
    "search", "posts", "chat", "api", "inference", "inference-endpoints", "inference-api", "support",
    "terms-of-service", "privacy", "brand", "notifications", "welcome", "playground", "languages", "metrics",
    "changelog", "hardware", "storage", "jobs", "billing", "oauth", "security", "shop", "subscribe",
    "autotrain", "content-guidelines", "code-of-conduct", "mcp", "robots.txt", *_OTHER_KINDS,
))  # fmt: skip
"""What the first piece of an address may be beside the name of somebody."""
_NO_NAMES = _NO_REPOSITORIES | _KINDS


_AUTHORS = "organizations"
_ORIGIN = f"https://{HUGGING_FACE}"


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

    def page(self, origin: str = _ORIGIN) -> str:
        """The address of its page in a web browser."""
        revision = f"/tree/{quote(self.revision, safe='')}" if self.revision else ""
        return f"{origin}/{self.prefix}{self.name}{revision}"


@dataclass(frozen=True, slots=True)
class HfAuthorAddress:
    """Whoever has repositories, an organisation or a person. ``kind`` is which of them are meant, None for
    all.
    """

    name: str
    kind: HfKind | None = None

    def __str__(self) -> str:
        """As no repository can be called: ``hf://organizations/NAME[/models]``, for persons as well."""
        kind = "" if self.kind is None else f"/{self.kind.value}"
        return f"{SCHEME}{_AUTHORS}/{self.name}{kind}"

    def page(self, origin: str = _ORIGIN) -> str:
        """The address of its page in a web browser."""
        return f"{origin}/{self.name}" + ("" if self.kind is None else f"/{self.kind.value}")


HfTarget = HfAddress | HfAuthorAddress
"""What an address can be about."""


def is_hf_address(text: str) -> bool:
    """Whether ``text`` is an address there, of whatever."""
    return _SCHEMES.match(text) is not None or _parts(text) is not None


def address_not_reference(text: str) -> HfAddress | None:
    """As ``parse_hf_address``, for where references to kits are given: without a scheme an address begins
    with Hugging Face's own name, since where ``HF_ENDPOINT`` leads to may be a registry as well.
    """
    return parse_hf_address(text) if _is_no_reference(text) else None


def target_not_reference(text: str) -> HfTarget | None:
    """As ``parse_hf_target``, for where references to kits are given."""
    return parse_hf_target(text) if _is_no_reference(text) else None


def parse_hf_target(text: str) -> HfTarget | None:
    """As ``parse_hf_address``, and also what somebody has. A name alone is taken for that of a repository, as
    the oldest have one.
    """
    return parse_hf_author(text) or parse_hf_address(text)


def parse_hf_author(text: str) -> HfAuthorAddress | None:
    """Whose page it is, where an address can be nothing else: ``…/organizations/NAME``, ``…/NAME/models``,
    ``…/models?author=NAME``, and what the interface has of them.
    """
    scheme = _SCHEMES.match(text)
    if scheme is not None:
        return _author_in(text[scheme.end() :].split("/"))
    parts, host = _address(text)
    if parts is None or host not in hf_hosts() or parts.password is not None:
        return None
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    if pieces[:1] == ["api"]:
        pieces = [_AUTHORS, *pieces[2:]] if pieces[1:2] == ["users"] else pieces[1:]
    elif len(pieces) == 2 and pieces[1] in _KINDS and pieces[0] not in _NO_NAMES:
        return _author(pieces[0], pieces[1])
    return _author_in(pieces) or _author_asked(pieces, parts.query)


def parse_hf_address(text: str) -> HfAddress | None:
    """The repository that a pasted address is about; None for what is no address there.

    Taken are the pages of repositories, their files and revisions, addresses of the interface, of git
    (``git@hf.co:ORG/NAME``), and ``hf://…``. Raises ``InvalidArgument`` for pages that are about none.
    """
    author = parse_hf_author(text)
    if author is not None:
        raise InvalidArgument(
            f"This page of Hugging Face is about no repository, but about {author.name}, who has some. Open"
            f" one of them: {author.name}/NAME."
        )
    scheme = _SCHEMES.match(text)
    if scheme is not None:
        return _of_file_system(text[scheme.end() :])
    parts = _parts(text)
    if parts is None:
        _refuse_apps(_address(text)[1])
        return None
    path, shown = parts
    pieces = [unquote(piece) for piece in path.split("/") if piece]
    if pieces[:1] == ["api"]:
        pieces = _of_interface(pieces[1:])
    kind, pieces = _kind_of(pieces)
    if not pieces or pieces[0] in _NO_REPOSITORIES:
        raise _about_none()
    is_old = len(pieces) == 1 or pieces[1] in _OF_REPOSITORY
    is_old = is_old or (kind is HfKind.DATASET and pieces[1] == "viewer")
    if kind is HfKind.MODEL and not is_old and pieces[1] in _LISTS:
        raise _about_none()
    count = 1 if is_old else 2
    revision, path = _within(pieces[count:])
    return hf_address("/".join(pieces[:count]), kind, revision, path or shown)


def hf_address(name: str, kind: HfKind = HfKind.MODEL, revision: str = "", path: str = "") -> HfAddress:
    """A checked address. ``main`` is what is meant without a revision. Raises ``InvalidArgument``."""
    name = name.strip().removesuffix(".git").partition(":")[0]  # behind a colon some name a quantisation
    pieces = name.split("/")
    if len(pieces) > 2 or not all(_NAME.fullmatch(piece) for piece in pieces):
        raise InvalidArgument(
            f"“{name[:200]}” is no repository of Hugging Face: those are ORGANISATION/NAME."
        )
    if revision and not is_revision(revision):
        raise InvalidArgument(no_revision(revision))
    return HfAddress(name, kind, "" if revision == "main" else revision, _checked_path(path))


def is_author_name(text: str) -> bool:
    """Whether somebody can be called so."""
    return _NAME.fullmatch(text) is not None


def is_hf_name(text: str) -> bool:
    """Whether it has the form ``ORGANISATION/NAME``."""
    pieces = text.split("/")
    return len(pieces) == 2 and all(_NAME.fullmatch(piece) for piece in pieces)


def _is_no_reference(text: str) -> bool:
    host = text.partition("/")[0].lower()
    return is_hf_address(text) and (host != hf_endpoint().host or host in ITSELF)


def _author_in(pieces: list[str]) -> HfAuthorAddress | None:
    """``organizations/NAME``, with a kind or anything else that there is about them behind it."""
    match pieces:
        case [first, name, *rest] if first == _AUTHORS:
            return _author(name, rest[0] if rest else "")
    return None


def _author_asked(pieces: list[str], query: str) -> HfAuthorAddress | None:
    """A list of all there is, reduced to what one has."""
    match pieces:
        case [kind] if kind in _KINDS:
            name = parse_qs(query).get("author", [""])[0]
            return _author(name, kind) if name else None
    return None


def _author(name: str, kind: str) -> HfAuthorAddress | None:
    if not is_author_name(name):
        return None
    return HfAuthorAddress(name, HfKind(kind) if kind in _KINDS else None)


def _kind_of(pieces: list[str]) -> tuple[HfKind, list[str]]:
    if pieces and pieces[0] in _KINDS:
        return HfKind(pieces[0]), pieces[1:]
    return HfKind.MODEL, pieces


def _of_interface(pieces: list[str]) -> list[str]:
    """The pieces that a page would have for an address of the interface, without ``api``."""
    match pieces:
        case ["resolve-cache", kind, org, name, commit, *path] if kind in _KINDS:
            return [kind, org, name, "resolve", commit, *path]
        case [kind, *_] if kind in _KINDS:
            return pieces
    raise _about_none()


def _within(rest: list[str]) -> tuple[str, str]:
    """Revision and path that the pieces behind the name mean; other pages are about the repository."""
    match rest:
        case ["commits" | "commit", *revision]:
            return _split("/".join(revision), rest[1] if revision else "")[0], ""
        case [page, first, *_] if page in _OF_REVISION:
            return _split("/".join(rest[1:]), first)
    return "", ""


def _split(text: str, first: str) -> tuple[str, str]:
    """``REVISION/PATH`` apart; ``first`` is the revision where it is none of the special ones."""
    special = _SPECIAL_REF.match(text)
    revision = special[0] if special is not None else first
    return revision, text[len(revision) :].lstrip("/")


def _of_file_system(rest: str) -> HfAddress:
    rest = rest.partition(":/")[0]  # behind it stands where some mount it
    kind, pieces = _kind_of(rest.strip("/").split("/"))
    if not pieces or pieces[0] in _OTHER_KINDS:
        raise _about_none()
    is_old = len(pieces) == 1 or "@" in pieces[0]
    count = 1 if is_old else 2
    name, _, first = "/".join(pieces[:count]).partition("@")
    if not first:
        return hf_address(name, kind, path="/".join(pieces[count:]))
    revision, path = _split("/".join([first, *pieces[count:]]), first)
    return hf_address(name, kind, unquote(revision), path)


def _parts(text: str) -> tuple[str, str] | None:
    """The path of an address there, and the file that is shown on top of its page; None for what is none,
    and for what has somebody's password in it.
    """
    of_git = _OF_GIT.match(text)
    if of_git is not None:
        return text[of_git.end() :], ""
    parts, host = _address(text)
    if parts is None or host not in hf_hosts() or parts.password is not None:
        return None
    return parts.path, parse_qs(parts.query).get("show_file_info", [""])[0]


def _address(text: str) -> tuple[SplitResult | None, str]:
    """With its host, and the port where that is not the usual one."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
        host = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port not in (None, 22, 80, 443) else ""
    except ValueError:
        return None, ""
    scheme = parts.scheme.removeprefix("git+")  # as pip has it
    return (parts, f"{host}{port}") if scheme in ("http", "https", "git", "ssh") else (None, "")


def _checked_path(path: str) -> str:
    path = path.strip("/")
    if len(path) > _MAX_PATH or ".." in path.split("/") or not path.isprintable():
        raise InvalidArgument("This path is none that a repository can have.")
    return path


def _refuse_apps(host: str) -> None:
    """Where Spaces run. What one is called there does not say whose it is."""
    if host.endswith(".hf.space") and host != "registry.hf.space":
        raise InvalidArgument(
            "This is where a Space of Hugging Face runs. Open the page that it has there, and that says whose"
            " it is."
        )


def _about_none() -> InvalidArgument:
    return InvalidArgument(
        "This page of Hugging Face is about no repository. Open that of a model, a dataset or a Space."
    )
