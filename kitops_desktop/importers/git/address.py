"""The address of a repository that git is to fetch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.revisions import is_revision, no_revision

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class GitAddress:
    """``url`` is http or https, without user, password, query and fragment; ``path`` what it has behind the
    host, without ``.git``. ``revision`` is a branch, a tag or a full commit, "" for what the server shows
    first.
    """

    url: str
    path: str
    revision: str = ""

    @property
    def origin(self) -> str:
        """``https://HOST[:PORT]``."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def is_commit(self) -> bool:
        return _COMMIT.fullmatch(self.revision) is not None

    def __str__(self) -> str:
        return self.url


def git_address(text: str, revision: str = "") -> GitAddress:
    """Raises ``InvalidArgument``."""
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise InvalidArgument(f"“{text[:200]}” is no address") from error
    if parts.username is not None or parts.password is not None:
        raise InvalidArgument(
            "Name the repository without user and password: the address of what runs can be seen by others."
            " A token is taken by --token, and git asks its credential helpers."
        )
    path = unquote(parts.path).strip("/").removesuffix(".git")
    if parts.scheme not in ("http", "https") or not host or not path or not text.isprintable():
        raise InvalidArgument(
            f"“{text[:200]}” is no address that git can fetch: those are http(s)://HOST/PATH"
        )
    _check_revision(revision)
    name = f"[{host}]" if ":" in host else host
    where = name if port is None else f"{name}:{port}"
    return GitAddress(f"{parts.scheme}://{where}/{parts.path.strip('/')}", path, revision)


def _check_revision(text: str) -> None:
    # git takes a + in front of what is to be fetched for an order
    if text and (text.startswith("+") or not is_revision(text)):
        raise InvalidArgument(no_revision(text))
