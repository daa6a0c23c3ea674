"""One revision of a repository as plain files in a folder: fetched alone, with its large files, and without
what is git's.

No link is made, whatever the repository has: what would be one is left out, as packing does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import FileAccessError, GitFailed, ProgramMissing
from kitops_desktop.importers.git.address import GitAddress
from kitops_desktop.importers.git.files import GIT_FILES
from kitops_desktop.importers.git.git import Git
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store.work_folders import remove_tree

_FILES, _LARGE = "files", "large"
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
    a token for its host. Large files that an earlier attempt has left in ``work`` are not fetched again.

    Raises ``ProgramMissing``, ``GitFailed``, ``FileAccessError``, ``Cancelled``.
    """
    folder = work / _FILES
    try:
        remove_tree(folder)
        folder.mkdir()
        git = Git(folder, address, secret, token or CancelToken(), report)
        _fetch(git)
        entries = _entries(git)
        links = _remove_links(folder, entries)
        if _has_large_files(folder, entries):
            _fetch_large_files(git, work / _LARGE)
        (commit,) = git.listed("name the commit", "log", "-1", "-z", "--format=%H")
        remove_tree(work / _LARGE)
        remove_tree(folder / _GIT)
        for entry in entries:
            if entry.path.rpartition("/")[2] in GIT_FILES:
                (folder / entry.path).unlink(missing_ok=True)
    except OSError as error:
        raise FileAccessError(work, "write into", error.strerror or type(error).__name__) from error
    return CheckedOut(folder, commit, links)


def _fetch(git: Git) -> None:
    address = git.address
    git.run("begin", "init", "--quiet", "--template=")
    git.run("begin", "remote", "add", "origin", address.url)
    action = f"fetch {address.revision}" if address.revision else "fetch the repository"
    git.run(action, "fetch", "--progress", "--depth=1", "--no-tags", "origin", _wanted(git, action))
    git.run("check it out", "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")


def _wanted(git: Git, action: str) -> str:
    """What to fetch: of a branch and a tag with one name the branch."""
    revision = git.address.revision
    if not revision or git.address.is_commit:
        return revision or "HEAD"
    names = [f"refs/heads/{revision}", f"refs/tags/{revision}"]
    listed = git.listed(action, "ls-remote", "--quiet", "origin", *names, end=b"\n")
    found = {line.partition("\t")[2] for line in listed}
    wanted = next((name for name in names if name in found), None)
    if wanted is None:
        raise GitFailed(str(git.address), action, "it has no branch and no tag of this name")
    return wanted


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
