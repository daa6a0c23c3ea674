"""What another program wrote into a file that is open here: it is merged, or one of both is taken."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.three_way import Merged, TooDifferent, common_lines, merge
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.outside_notice import DifferenceSheet, OutsideNotice, changed_files, difference
from kitops_desktop.ui.editor.project import OnDisk, Part
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.units import count_text


@dataclass(frozen=True, slots=True)
class MergedFiles:
    """Both files merged, from these texts."""

    disk: OnDisk
    mine: dict[Part, str]
    merged: dict[Part, Merged]


class OutsideWatch(QObject):
    """Shows the ``notice`` and does what is answered; each answer is one step that can be undone."""

    settled = Signal()
    """What is on disk counts as read."""
    failed = Signal(object)  # an error
    told = Signal(str)
    conflict = Signal(object, int)  # Part and the line where a conflict begins

    def __init__(self, editor: ProjectEditor, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.notice = OutsideNotice()
        self._editor, self._project = editor, editor.project
        self._reader = Reader(background, self)
        # apart from it: what was answered stands, though it is looked once more before it is done
        self._merger = Reader(background, self)
        self._disk: OnDisk | None = None
        self._connect_answers(self.notice)

    def check(self) -> None:
        """Ask what counts when a file is not as it was read."""
        project = self._project
        self._reader.read(
            lambda _: project.on_disk() if project.changed_outside else None,
            self._on_read,
            self.failed.emit,
        )

    def show_difference(self, host: QWidget) -> None:
        """Slide a sheet with the difference over ``host``."""
        if self._disk is not None:
            sheet = DifferenceSheet(difference(self._project, self._disk), host)
            self._connect_answers(sheet)
            sheet.open_sheet()

    def _connect_answers(self, asker: OutsideNotice | DifferenceSheet) -> None:
        asker.mine.connect(self._keep_mine)
        asker.theirs.connect(self._take_theirs)
        asker.merge.connect(self._merge)

    def _on_read(self, disk: OnDisk | None) -> None:
        self._disk = disk
        if disk is None:
            self.notice.hide()
            return
        names = changed_files(self._project, disk)
        if names:
            self.notice.show_files(names)
        else:  # they wrote what stands here
            self._keep_mine()

    @Slot()
    def _keep_mine(self) -> None:
        self._accept()

    @Slot()
    def _take_theirs(self) -> None:
        disk = self._accept()
        if disk is not None:
            texts = {Part.IGNORE: disk.ignore or ""}
            if disk.kitfile is not None:
                texts[Part.KITFILE] = disk.kitfile
            self._editor.replace_texts(texts, "taking what is on disk")
            self.settled.emit()

    @Slot()
    def _merge(self) -> None:
        disk = self._disk
        if disk is None:
            return
        mine = {part: self._project.text(part) for part in Part}
        bases = {part: self._project.base(part) for part in Part}
        theirs = {Part.KITFILE: disk.kitfile, Part.IGNORE: disk.ignore}

        def merged() -> MergedFiles:
            files = {part: merged_text(bases[part], mine[part], theirs[part]) for part in Part}
            return MergedFiles(disk, mine, files)

        self._merger.read(lambda _: merged(), self._on_merged, self._on_not_merged)

    def _on_merged(self, files: MergedFiles) -> None:
        if any(self._project.text(part) != files.mine[part] for part in Part):
            self._merge()  # it was typed on meanwhile
            return
        if self._accept(files.disk) is None:
            return
        texts = {part: merged.text for part, merged in files.merged.items()}
        self._editor.replace_texts(texts, "merging with what is on disk")
        self.settled.emit()
        self._tell_conflicts(files)

    def _tell_conflicts(self, files: MergedFiles) -> None:
        places = [(part, line) for part, merged in files.merged.items() for line in merged.conflicts]
        if not places:
            self.told.emit("Both changes are in the text now.")
            return
        count = count_text(len(places), "place")
        self.told.emit(
            f"Both changed {count}: yours and theirs stand there between marks. Choose in the text."
        )
        self.conflict.emit(*places[0])

    def _on_not_merged(self, error: Exception) -> None:
        if isinstance(error, TooDifferent):
            self.told.emit("The texts differ too much to be merged. Take one of them.")
        else:
            self.failed.emit(error)

    def _accept(self, expected: OnDisk | None = None) -> OnDisk | None:
        """What is on disk counts as read; None when it cannot be read, or is not what was expected."""
        try:
            if expected is not None and self._project.on_disk() != expected:
                self.check()
                return None
            disk = self._project.accept_disk()
        except KitOpsError as error:
            self.failed.emit(error)
            return None
        for reader in (self._reader, self._merger):  # what they began from counts no more
            reader.cancel()
        self._disk = None
        self.notice.hide()
        self.settled.emit()
        return disk


def merged_text(base: str | None, mine: str, theirs: str | None) -> Merged:
    """The edit made here and the one on disk together. Raises ``TooDifferent``.

    A file that is gone changes nothing. Where nobody knows what both began from, lines that both have count.
    """
    if theirs is None:
        return Merged(mine)
    return merge(common_lines(mine, theirs) if base is None else base, mine, theirs)
