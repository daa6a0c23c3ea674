"""What downloading files into a folder would do there, found out without writing anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kitops_desktop.importers.hugging_face.download_notes import Note
from kitops_desktop.importers.hugging_face.file_digest import FileDigest, digest_of
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.modelkit.conflicts import Action, Conflict, ExistingRules, conflict_of
from kitops_desktop.modelkit.entry_names import clean_name, folded, why_unsafe
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import Found, Obstacle, TargetTree
from kitops_desktop.progress import CancelToken

FILE_MODE = 0o644
_BLOCK = 1 << 20
_LOOK_EVERY = 256


@dataclass(frozen=True, slots=True)
class Choice:
    """A file, and what is done about it."""

    file: HfFile
    action: Action


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """``present`` are there with the same content, by whatever name; ``conflicts`` are what stands in the way
    of others, whatever the rules say of it. ``left_out`` are never written, each with the reason.
    """

    choices: tuple[Choice, ...]
    present: tuple[HfFile, ...]
    conflicts: tuple[Conflict, ...]
    left_out: tuple[HfFile, ...]


def plan_download(
    files: Sequence[HfFile],
    tree: TargetTree | None,
    rules: ExistingRules,
    notes: Mapping[tuple[str, str], Note],
    *,
    ignores_case: bool,
    token: CancelToken,
    read: Callable[[int, str], None] = lambda count, path: None,
) -> DownloadPlan:
    """Compare the files with what the target has; ``tree`` is None when that is not there yet.

    What has the size of a file that is wanted is read for that; ``read`` is told of its bytes, and of less
    than none when they turn out to be others. Raises ``OSError``, ``Cancelled``.
    """
    wanted, left_out = _checked(files, ignores_case)
    choices, present, conflicts = [], [], []
    for number, file in enumerate(wanted):
        if number % _LOOK_EVERY == 0:
            token.check()
        found = Found(Obstacle.NOTHING) if tree is None else tree.find(file.path)
        entry = entry_of(file)
        action = rules.action(entry, found)
        note = notes.get((file.path, digest_of(file)))
        if note is not None and note.name != file.path and action is not Action.BESIDE:
            note = None  # it was put beside another, which is not what is wanted now
        if tree is not None and _is_present(file, found, tree, note, token, read):
            present.append(file)
            continue
        choices.append(Choice(file, action))
        if (conflict := conflict_of(entry, found)) is not None:
            conflicts.append(conflict)
    return DownloadPlan(tuple(choices), tuple(present), tuple(conflicts), left_out)


def entry_of(file: HfFile) -> LayerFile:
    """As what is unpacked into a folder: the same rules hold."""
    return LayerFile(file.path, file.size, FILE_MODE)


def ignores_case(tree: TargetTree | None, known: str = "") -> bool:
    """Whether the file system takes names that differ only in case for one. ``known`` is a name that the
    target has, with letters in it; without, any is looked for.
    """
    if tree is not None:
        for name in (known,) if known else _names(tree):
            if name.swapcase() != name:
                return tree.root.status(name.swapcase()) is not None and tree.root.status(name) is not None
    return sys.platform in ("win32", "darwin")


def _names(tree: TargetTree) -> Iterator[str]:
    """Names of which there is none that differs from another in case only."""
    with os.scandir(tree.root.path) as entries:
        names = [entry.name for entry in entries]
    there = set(names)
    yield from (name for name in names if name.swapcase() not in there)


def _checked(files: Iterable[HfFile], ignores_case: bool) -> tuple[list[HfFile], tuple[HfFile, ...]]:
    """Those that can be written, and the others with the reason."""
    names = _TakenNames(ignores_case)
    wanted, left_out = [], []
    for file in files:
        reason = _why_not(file) or names.why_not(file.path)
        if reason:
            left_out.append(replace(file, unsafe=reason))
        else:
            names.take(file.path)
            wanted.append(file)
    return wanted, tuple(left_out)


def _why_not(file: HfFile) -> str:
    """Lists may have been kept anywhere, so what they say of being safe is not believed."""
    reason = file.unsafe or why_unsafe(file.path, is_dir=False)
    if not reason and not (file.path.isprintable() and clean_name(file.path) == file.path):
        reason = "its path is not in its plain form"
    return reason or ("" if digest_of(file) else "nothing says what its content is")


class _TakenNames:
    """No name may come twice, or be a file and a folder at once."""

    def __init__(self, ignores_case: bool) -> None:
        self._ignores_case = ignores_case
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def why_not(self, path: str) -> str:
        key = self._key(path)
        if key in self._files:
            other = self._files[key]
            return "it comes twice" if other == path else f"here it is the same name as {other}"
        if key in self._folders:
            return f"here it is the same name as the folder of {self._folders[key]}"
        above = next((folder for folder in _above(key) if folder in self._files), None)
        return "" if above is None else f"a folder on its way is the file {self._files[above]}"

    def take(self, path: str) -> None:
        key = self._key(path)
        self._files[key] = path
        for folder in _above(key):
            if folder in self._folders:
                return
            self._folders[folder] = path

    def _key(self, path: str) -> str:
        return folded(path) if self._ignores_case else path


def _above(path: str) -> Iterator[str]:
    """The folders it lies in, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path


def _is_present(
    file: HfFile,
    found: Found,
    tree: TargetTree,
    note: Note | None,
    token: CancelToken,
    read: Callable[[int, str], None],
) -> bool:
    if note is not None and _still_is(note, tree):
        read(file.size, file.path)
        return True
    if found.obstacle is not Obstacle.FILE or found.size != file.size or not found.mode:
        return False
    return _has_content(file, tree, token, read)


def _still_is(note: Note, tree: TargetTree) -> bool:
    parent, _, name = note.name.rpartition("/")
    try:
        status = tree.folder(parent).status(name)
    except (OSError, ValueError):  # what is noted may be damaged too
        return False
    return status is not None and note.fits(status)


def _has_content(
    file: HfFile, tree: TargetTree, token: CancelToken, read: Callable[[int, str], None]
) -> bool:
    parent, _, name = file.path.rpartition("/")
    count = 0
    try:
        descriptor = tree.folder(parent).reopen(name)
    except OSError:
        return False
    digest = FileDigest(file)
    with os.fdopen(descriptor, "rb", buffering=0) as content:
        while block := content.read(_BLOCK):
            token.check()
            digest.update(block)
            count += len(block)
            read(len(block), file.path)
    if digest.is_right():
        return True
    read(-count, file.path)
    return False
