"""Giving files that are whole their names in the target, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from kitops_desktop.errors import FilesExist
from kitops_desktop.importers.hugging_face.download_folder import DownloadFolder, partial_name
from kitops_desktop.importers.hugging_face.download_notes import note_of
from kitops_desktop.importers.hugging_face.download_plan import entry_of
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.modelkit.conflicts import Action, ExistingRules
from kitops_desktop.modelkit.entry_names import folded
from kitops_desktop.modelkit.free_names import free_path
from kitops_desktop.modelkit.place import check_no_clash
from kitops_desktop.modelkit.target_folder import Folder, TargetTree

_NEW_FOLDER = 0o777


class Placing:
    """From any thread. ``files`` are all that are wanted: none gets another's name."""

    def __init__(
        self, tree: TargetTree, hidden: DownloadFolder, rules: ExistingRules, files: Iterable[HfFile]
    ) -> None:
        self._tree, self._hidden, self._rules = tree, hidden, rules
        self._taken = {folded(file.path) for file in files}
        self._lock = threading.Lock()

    @property
    def target(self) -> Path:
        return self._tree.root.path

    def place(self, file: HfFile) -> str:
        """Put a verified file where it belongs, and say under which path; "" when one that is there by now is
        left alone. Raises ``FilesExist``, ``FileAccessError``, ``OSError``.
        """
        with self._lock:
            entry, found = entry_of(file), self._tree.find(file.path)
            action = self._rules.action(entry, found)
            check_no_clash(entry, action, self._tree)
            if action is Action.CONFLICT:
                raise FilesExist([self.target / file.path])
            if action is Action.SKIP:
                self._hidden.drop(file)
                return ""
            path = file.path
            if action is Action.BESIDE:
                path = free_path(path, self._tree, self._taken)
                self._taken.add(folded(path))
            self._move(file, path, found.mode if action is Action.REPLACE else 0)
            return path

    def _move(self, file: HfFile, path: str, mode: int) -> None:
        """``mode`` is that of the file it replaces, 0 for none."""
        parent, _, name = path.rpartition("/")
        folder, partial = self._folder(parent), partial_name(file)
        if mode:
            self._hidden.folder.chmod(partial, mode)
        status = self._hidden.folder.status(partial)
        assert status is not None
        # noted first: a note of what did not happen does no harm
        self._hidden.note(note_of(file, path, status))
        self._hidden.folder.move(partial, folder, name)

    def _folder(self, path: str) -> Folder:
        """Made when it is missing."""
        try:
            return self._tree.folder(path)
        except FileNotFoundError:
            parent, _, name = path.rpartition("/")
            self._folder(parent).make(name, _NEW_FOLDER)
            return self._tree.folder(path)
