"""One revision of a repository as plain files in a folder: fetched alone, with its large files, and without
what is git's.

No link is made, whatever the repository has: what would be one is left out, as packing does it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FileAccessError, GitFailed, ProgramMissing
from kitops_desktop.importers.git.address import GitAddress
from kitops_desktop.importers.git.files import GIT_FILES
from kitops_desktop.importers.git.git import Git
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store.work_folders import remove_tree

_FILES, _LARGE, _TOLD = "files", "large", "complete.json"
_GIT = ".git"
_ATTRIBUTES = ".gitattributes"
_LINK = "120000"
_LFS = re.compile(rb"\bfilter\s*=\s*lfs\b")
_LFS_CONFIG = ".lfsconfig"
_LFS_ADDRESS = re.compile(r"(?:lfs|remote\..*)\.(?:lfs)?url", re.IGNORECASE | re.DOTALL)
_LFS_FILTER = (
    ("filter.lfs.process", "git-lfs filter-process"),
    ("filter.lfs.smudge", "git-lfs smudge -- %f"),
    ("filter.lfs.clean", "git-lfs clean -- %f"),
)
"""Whether the user has done that or not (`git lfs install`)."""
_MAX_ATTRIBUTES = 1 << 20


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """``links`` are the paths of links, which are left out."""

    folder: Path
    commit: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """``name`` is what git is to fetch, ``id`` what the server says that this is now."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """What git has under a path; ``mode`` as git writes it."""

    mode: str
    path: str


def check_out(
    address: GitAddress,
    work: Path,
    *,
    secret: str = "",
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> CheckedOut:
    """Have the files of ``address``, and nothing else, in a folder in ``work``, which is there. ``secret`` is
    a token for its host. What an earlier attempt has left in ``work`` is used: all of it when that was
    complete, else large files.

    Raises ``ProgramMissing``, ``GitFailed``, ``FileAccessError``, ``Cancelled``.
    """
    token = token or CancelToken()
    folder = work / _FILES
    try:
        wanted = _wanted(Git(work, address, secret, token, report))
        before = _read_before(work, wanted)
        if before is not None:
            return before
        remove_tree(folder)
        folder.mkdir()
        try:
            done = _checked_out(Git(folder, address, secret, token, report), wanted, work / _LARGE)
        except BaseException:
            with suppress(OSError):
                remove_tree(folder)
            raise
        _write_down(work, wanted, done)
    except OSError as error:
        raise FileAccessError(work, "write into", error.strerror or type(error).__name__) from error
    return done


def _checked_out(git: Git, wanted: _Wanted, storage: Path) -> CheckedOut:
    git.run("begin", "init", "--quiet", "--template=")
    git.run("begin", "remote", "add", "origin", git.address.url)
    git.run(_fetching(git), "fetch", "--progress", "--depth=1", "--no-tags", "origin", wanted.name)
    git.run("check it out", "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    entries = _entries(git)
    links = _remove_links(git.folder, entries)
    if _has_large_files(git.folder, entries):
        _fetch_large_files(git, storage)
    (commit,) = git.listed("name the commit", "log", "-1", "-z", "--format=%H")
    remove_tree(storage)
    remove_tree(git.folder / _GIT)
    for entry in entries:
        if entry.path.rpartition("/")[2] in GIT_FILES:
            (git.folder / entry.path).unlink(missing_ok=True)
    return CheckedOut(git.folder, commit, links)


def _fetching(git: Git) -> str:
    return f"fetch {git.address.revision or 'the repository'}"


def _wanted(git: Git) -> _Wanted:
    """What to fetch: of a branch and a tag with one name the branch."""
    revision = git.address.revision
    if git.address.is_commit:
        return _Wanted(revision, revision)
    names = [f"refs/heads/{revision}", f"refs/tags/{revision}"] if revision else ["HEAD"]
    listed = git.listed(_fetching(git), "ls-remote", "--quiet", "--", git.address.url, *names, end=b"\n")
    ids = {name: found for found, _, name in (line.partition("\t") for line in listed)}
    wanted = next((_Wanted(name, ids[name]) for name in names if name in ids), None)
    if wanted is None:
        reason = "it has no branch and no tag of this name" if revision else "there is nothing in it"
        raise GitFailed(str(git.address), _fetching(git), reason)
    return wanted


def _read_before(work: Path, wanted: _Wanted) -> CheckedOut | None:
    """What an earlier attempt has completed, if it is what is wanted now."""
    try:
        told = json.loads((work / _TOLD).read_text(encoding="utf-8"))
        if told["wanted"] == wanted.id and (work / _FILES).is_dir():
            return CheckedOut(work / _FILES, told["commit"], tuple(told["links"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # there is none, or not all of it
    (work / _TOLD).unlink(missing_ok=True)
    return None


def _write_down(work: Path, wanted: _Wanted, done: CheckedOut) -> None:
    told = {"wanted": wanted.id, "commit": done.commit, "links": done.links}
    (work / _TOLD).write_text(json.dumps(told), encoding="utf-8")


def _entries(git: Git) -> list[_Entry]:
    listed = git.listed("list the files", "ls-files", "--stage", "-z")
    return [_Entry(item.partition(" ")[0], item.partition("\t")[2]) for item in listed]


def _remove_links(folder: Path, entries: Iterable[_Entry]) -> tuple[str, ...]:
    """They were written as files that hold where they lead."""
    links = tuple(entry.path for entry in entries if entry.mode == _LINK)
    for path in links:
        (folder / path).unlink(missing_ok=True)
    return links


def _has_large_files(folder: Path, entries: Iterable[_Entry]) -> bool:
    told = (entry.path for entry in entries if entry.path.rpartition("/")[2] == _ATTRIBUTES)
    return any(_LFS.search(_beginning(folder / path)) for path in told)


def _beginning(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(_MAX_ATTRIBUTES)


def _fetch_large_files(git: Git, storage: Path) -> None:
    """All of them, whatever the repository says of leaving some out."""
    if not git.has_lfs():
        raise ProgramMissing("git-lfs", "fetch the large files of this repository")
    action = "fetch its large files"
    _check_lfs_addresses(git, action)
    for key, value in _LFS_FILTER:
        git.configure(key, value)
    git.configure("lfs.storage", str(storage))
    git.run(action, "lfs", "pull", "--include=", "--exclude=")


def _check_lfs_addresses(git: Git, action: str) -> None:
    """A repository may say where its large files are; nothing but http is spoken there either."""
    if not (git.folder / _LFS_CONFIG).is_file():
        return
    for item in git.listed(action, "config", "--file", _LFS_CONFIG, "-z", "--list"):
        key, _, value = item.partition("\n")
        if _LFS_ADDRESS.fullmatch(key) and not value.lower().startswith(("http://", "https://")):
            reason = f"it says that they are at {value[:200]}, which is not http"
            raise GitFailed(str(git.address), action, reason)
