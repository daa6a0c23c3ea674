"""Moving finished files from the staging folder to their names: all of a layer's, or none."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kitops_desktop.errors import FileAccessError, FilesExist
from kitops_desktop.modelkit.conflicts import Action, ExistingRules
from kitops_desktop.modelkit.extract import PERMISSIONS, Staged
from kitops_desktop.modelkit.staging import Staging
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import Folder, Found, TargetTree
from kitops_desktop.progress import CancelToken

log = logging.getLogger(__name__)

_OWNER_ACCESS = 0o700
_NEW_FOLDER = 0o777


@dataclass(frozen=True, slots=True)
class Placed:
    """``files`` were written, ``size`` bytes in all; ``skipped`` are the paths of those left alone."""

    files: int
    size: int
    skipped: tuple[str, ...]


def place(
    staged: Iterable[Staged], staging: Staging, tree: TargetTree, rules: ExistingRules, token: CancelToken
) -> Placed:
    """Give staged files their names in the target.

    Everything is looked at before anything is done: files in the way are ``FilesExist``, a folder for a file
    or the reverse is ``FileAccessError``. What fails after that (``OSError``) is undone.
    """
    steps = _decided(staged, tree, rules, token)
    placing = _Placing(staging, tree)
    try:
        for step in steps:
            placing.do(step)
        placing.restrict_folders()
    except BaseException:
        placing.undo()
        raise
    written = [step.staged for step in steps if step.staged.staged_name and step.writes]
    skipped = tuple(step.staged.file.path for step in steps if step.action is Action.SKIP)
    return Placed(len(written), sum(file.size for file in written), skipped)


def check_no_clash(file: LayerFile, action: Action, tree: TargetTree) -> None:
    """Raise ``FileAccessError`` where no choice can help."""
    if action is Action.CLASH:
        what = "a file or link is where a folder belongs" if file.is_dir else "no file can be put there"
        raise FileAccessError(tree.root.path / file.path, "write", what)


@dataclass(frozen=True, slots=True)
class _Step:
    staged: Staged
    action: Action
    found: Found

    @property
    def writes(self) -> bool:
        return self.action in (Action.CREATE, Action.REPLACE)


def _decided(
    staged: Iterable[Staged], tree: TargetTree, rules: ExistingRules, token: CancelToken
) -> list[_Step]:
    steps: list[_Step] = []
    for entry in staged:
        token.check()
        found = tree.find(entry.file.path)
        action = rules.action(entry.file, found)
        check_no_clash(entry.file, action, tree)
        if action in (Action.CREATE, Action.REPLACE) and not entry.file.is_dir and not entry.staged_name:
            # It was there when the layer was read, so its content was not written, and has gone since.
            raise FileAccessError(tree.root.path / entry.file.path, "keep", "it vanished meanwhile")
        steps.append(_Step(entry, action, found))
    # what was to be beside another has a name of its own by now, which something else has got meanwhile
    stops = (Action.CONFLICT, Action.BESIDE)
    in_the_way = [step.staged.file.path for step in steps if step.action in stops]
    if in_the_way:
        raise FilesExist([tree.root.path / path for path in in_the_way])
    return steps


class _Placing:
    """Does one step after the other and remembers how to take each back."""

    def __init__(self, staging: Staging, tree: TargetTree) -> None:
        self._staging = staging
        self._tree = tree
        self._undo: list[Callable[[], None]] = []
        self._modes: dict[str, int] = {}
        """The modes that new folders get when all is in them."""
        self._unnamed: dict[str, int] = {}
        """Folders made for a file before, or without, an entry of their own: what the umask left them."""

    def do(self, step: _Step) -> None:
        file = step.staged.file
        if not step.writes:
            return
        folder = self._parent(file.path)
        name = file.path.rpartition("/")[2]
        if file.is_dir:
            self._make_named(folder, name, file.path, file.mode & PERMISSIONS)
        else:
            self._move(step, folder, name)

    def restrict_folders(self) -> None:
        """Give new folders their own modes, now that all is in them."""
        for path in reversed(self._modes):
            parent, _, name = path.rpartition("/")
            self._tree.folder(parent).chmod(name, self._modes[path])

    def undo(self) -> None:
        for path in self._modes:
            self._try(self._open_up, path)
        while self._undo:
            self._try(self._undo.pop())

    def _try(self, take_back: Callable[..., None], *given: str) -> None:
        try:
            take_back(*given)
        except OSError as error:
            log.error("Cannot take back a part of a failed layer: %s", error)

    def _open_up(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        self._tree.folder(parent).chmod(name, _OWNER_ACCESS)

    def _parent(self, path: str) -> Folder:
        """The folder an entry goes into; made when the archive has no entry for it."""
        parent = path.rpartition("/")[0]
        try:
            return self._tree.folder(parent)
        except FileNotFoundError:
            above = self._parent(parent)
            self._unnamed[parent] = self._make(above, parent.rpartition("/")[2], parent, _NEW_FOLDER)
            return self._tree.folder(parent)

    def _make_named(self, folder: Folder, name: str, path: str, mode: int) -> None:
        try:
            granted = self._make(folder, name, path, mode)
        except FileExistsError:
            made = folder.status(name)
            if made is None or not stat.S_ISDIR(made.st_mode):
                raise
            if path not in self._unnamed:
                return
            granted = mode & self._unnamed.pop(path)
            self._modes[path] = granted
        if granted & _OWNER_ACCESS != _OWNER_ACCESS:
            self._modes[path] = granted
            folder.chmod(name, granted | _OWNER_ACCESS)

    def _make(self, folder: Folder, name: str, path: str, mode: int) -> int:
        """Make a folder; gives the permissions the umask left it."""
        folder.make(name, mode)
        self._undo.append(lambda: self._remove_folder(path))
        made = folder.status(name)
        return mode if made is None else stat.S_IMODE(made.st_mode) & PERMISSIONS

    def _move(self, step: _Step, folder: Folder, name: str) -> None:
        path = step.staged.file.path
        if step.action is Action.REPLACE:
            self._set_aside(step, folder, name, path)
            self._staging.folder.move(step.staged.staged_name, folder, name)
        else:
            self._staging.folder.move(step.staged.staged_name, folder, name)
            self._undo.append(lambda: self._remove_file(path))

    def _set_aside(self, step: _Step, folder: Folder, name: str, path: str) -> None:
        """Keep the old file until the whole layer is in place; the new one gets its permissions."""
        aside = self._staging.new_name()
        try:
            folder.link(name, self._staging.folder, aside)
        except OSError:
            folder.move(name, self._staging.folder, aside)
        self._undo.append(lambda: self._put_back(aside, path))
        if step.found.mode:
            self._staging.folder.chmod(step.staged.staged_name, step.found.mode)

    def _put_back(self, aside: str, path: str) -> None:
        parent, _, name = path.rpartition("/")
        self._staging.folder.move(aside, self._tree.folder(parent), name)

    def _remove_file(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        folder = self._tree.folder(parent)
        if folder.status(name) is not None:
            folder.remove(name)

    def _remove_folder(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        self._tree.folder(parent).remove_empty(name)
