"""Repositories as Hugging Face keeps them: git, with large files in LFS.

Ids are computed as git and LFS do it. Only ``HubFile.xet_hash`` is made up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import yaml

Kind = Literal["model", "dataset", "space"]
PLURALS: dict[Kind, str] = {"model": "models", "dataset": "datasets", "space": "spaces"}

_FIRST_COMMIT = datetime(2026, 1, 1, tzinfo=UTC)
_SHORTEST_PREFIX = 7  # letters of a commit's id
_FENCE = "---\n"


@dataclass(frozen=True)
class HubFile:
    """A file; of one in ``lfs`` git has a pointer."""

    content: bytes = field(repr=False)
    lfs: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def pointer(self) -> bytes:
        version = "version https://git-lfs.github.com/spec/v1"
        return f"{version}\noid sha256:{self.sha256}\nsize {self.size}\n".encode()

    @cached_property
    def oid(self) -> str:
        """Of what git has: the content, or the pointer."""
        return _git_id("blob", self.pointer if self.lfs else self.content)

    @cached_property
    def xet_hash(self) -> str:
        """As long as a sha256, and not the content's."""
        return hashlib.sha256(b"xet " + self.content).hexdigest()

    @property
    def etag(self) -> str:
        """Without quotes."""
        return self.sha256 if self.lfs else self.oid


@dataclass(frozen=True)
class HubCommit:
    files: Mapping[str, HubFile] = field(repr=False)
    title: str
    author: str
    made: datetime
    parent: HubCommit | None = field(default=None, repr=False)

    @cached_property
    def folders(self) -> Mapping[str, str]:
        """The ids of git's trees; "" is the repository's root."""
        return _trees(self.files)

    @cached_property
    def sha(self) -> str:
        parents = f"parent {self.parent.sha}\n" if self.parent else ""
        who = f"{self.author} <{self.author}@example.com> {int(self.made.timestamp())} +0000"
        head = f"tree {self.folders['']}\n{parents}author {who}\ncommitter {who}\n"
        return _git_id("commit", f"{head}\n{self.title}\n".encode())

    def oid(self, path: str) -> str | None:
        """Of a file or a folder."""
        return self.files[path].oid if path in self.files else self.folders.get(path)

    def last_change(self, path: str) -> HubCommit:
        commit = self
        while commit.parent and commit.parent.oid(path) == commit.oid(path):
            commit = commit.parent
        return commit

    @cached_property
    def card(self) -> dict[str, Any]:
        """What stands between two lines of dashes at the beginning of the README."""
        readme = self.files.get("README.md", HubFile(b"")).content.decode(errors="replace")
        if not readme.startswith(_FENCE):
            return {}
        found = yaml.safe_load(readme.removeprefix(_FENCE).partition(f"\n{_FENCE}")[0])
        return found if isinstance(found, dict) else {}


class HubRepository:
    """A repository with one commit at first, on the branch ``main``.

    ``name`` is that of its team, a slash, and its own. ``lfs`` are the paths whose files are in LFS, in later
    commits too. Who is one of ``readers``, or the team itself, may read what is ``private`` and what is
    ``gated``; who is ``awaiting`` has asked to. ``security`` is what a scan found, as "unsafe", by path.
    """

    def __init__(
        self,
        name: str,
        *,
        kind: Kind = "model",
        files: Mapping[str, bytes],
        lfs: Iterable[str] = (),
        gated: Literal[False, "auto", "manual"] = False,
        private: bool = False,
        disabled: bool = False,
        readers: Iterable[str] = (),
        awaiting: Iterable[str] = (),
        security: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.kind = name, kind
        self.gated, self.private, self.disabled = gated, private, disabled
        self.readers, self.awaiting = set(readers), set(awaiting)
        self.security = dict(security or {})
        self.lfs = set(lfs)
        self.downloads = self.likes = 0
        self.commits: dict[str, HubCommit] = {}
        self.refs: dict[str, str] = {}
        """Commits by git's full names: refs/heads/…, refs/tags/…, refs/pr/…, refs/convert/…"""
        self.commit(files, title="initial commit")

    @property
    def team(self) -> str:
        return self.name.partition("/")[0]

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        *,
        branch: str = "main",
        title: str = "Update",
        lfs: Iterable[str] = (),
    ) -> str:
        """Change files of a branch, None taking one away; gives the commit's id."""
        self.lfs.update(lfs)
        parent = self.commits.get(self.refs.get(f"refs/heads/{branch}", ""))
        files = dict(parent.files) if parent else {}
        for path, content in changes.items():
            if content is None:
                del files[path]
            else:
                files[path] = HubFile(content, path in self.lfs)
        made = _FIRST_COMMIT + timedelta(minutes=len(self.commits))
        commit = HubCommit(files, title, self.team, made, parent)
        self.commits[commit.sha] = commit
        return self.point(f"refs/heads/{branch}", commit.sha)

    def branch(self, name: str, revision: str = "main") -> str:
        return self.point(f"refs/heads/{name}", revision)

    def tag(self, name: str, revision: str = "main") -> str:
        return self.point(f"refs/tags/{name}", revision)

    def point(self, ref: str, revision: str) -> str:
        """Let a ref, of a full name, be at a revision; gives the commit's id."""
        found = self.find(revision)
        assert found is not None, f"{self.name} has no {revision}"
        self.refs[ref] = found.sha
        return found.sha

    def find(self, revision: str) -> HubCommit | None:
        """By a branch, a tag, another ref, or a commit's id or how that begins."""
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if ref in self.refs:
                return self.commits[self.refs[ref]]
        if len(revision) < _SHORTEST_PREFIX:
            return None
        begun = [commit for sha, commit in self.commits.items() if sha.startswith(revision.lower())]
        return begun[0] if len(begun) == 1 else None

    def admits(self, reader: str | None) -> bool:
        """Whether somebody may read what not everybody may."""
        return reader is not None and (reader == self.team or reader in self.readers)


def _git_id(kind: str, content: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def _trees(files: Mapping[str, HubFile]) -> dict[str, str]:
    """The id of each folder's tree, by path."""
    inside: dict[str, dict[bytes, bytes]] = {"": {}}
    for path, file in files.items():
        name = path.rpartition("/")[2].encode()
        for folder in _above(path):
            inside.setdefault(folder, {})
        inside[path.rpartition("/")[0]][name] = b"100644 " + name + b"\0" + bytes.fromhex(file.oid)
    found: dict[str, str] = {}
    for folder in sorted(inside, key=lambda folder: len(_above(folder)), reverse=True):
        found[folder] = _git_id("tree", b"".join(entry for _, entry in sorted(inside[folder].items())))
        if folder:
            parent, _, last = folder.rpartition("/")
            name = last.encode()
            # git sorts a folder as if its name ended with a slash
            inside[parent][name + b"/"] = b"40000 " + name + b"\0" + bytes.fromhex(found[folder])
    return found


def _above(path: str) -> list[str]:
    """The folders a path is in, its parent first and the root last; of the root none."""
    folders = []
    while path:
        path = path.rpartition("/")[0]
        folders.append(path)
    return folders
