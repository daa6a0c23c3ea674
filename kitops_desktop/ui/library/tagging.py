"""Giving kits tags and taking them away, with a way back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.library_rows import RepositoryRow
from kitops_desktop.ui.library.removing import Removing
from kitops_desktop.ui.library.tag_choice import TagAdvice, tags_in
from kitops_desktop.ui.library.tag_sheet import TagSheet
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace


class Tagging(QObject):
    """``changed`` after the store has changed."""

    changed = Signal()

    def __init__(self, workspace: Workspace, navigator: Navigator, removing: Removing, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._removing, self._host = workspace, navigator, removing, host
        self._worker = Reader(workspace.background, self, latest_only=False)

    def ask(
        self, source: Reference, digest: str, tags: tuple[str, ...], rows: tuple[RepositoryRow, ...]
    ) -> TagSheet:
        """Open the sheet for the kit ``digest`` that has ``tags`` in the repository of ``source``."""
        sheet = TagSheet(source, digest, tags, tags_in(rows), self._host)
        by_digest = source.with_digest(digest)
        sheet.tag_wanted.connect(lambda advice: self.tag(by_digest, advice))
        sheet.untag_wanted.connect(self.untag)
        sheet.open_sheet()
        return sheet

    def tag(self, source: Reference, advice: TagAdvice) -> None:
        """Tag the kit as advised; undoing takes the tag away, or back to where it was."""
        target = advice.reference
        if target is None:
            return

        def tagged(_: object) -> None:
            verb = "Moved" if advice.moved_from else "Added"
            self._navigator.notify(f"{verb} the tag {target.short}.", "Undo", undo)
            self.changed.emit()

        def undo() -> None:
            if advice.moved_from:
                self.tag(target.with_digest(advice.moved_from), TagAdvice(target, "", "", str(source.digest)))
            else:
                self._removing.remove_references([target], f"the tag {target.short}", force=False)

        self._worker.read(
            lambda token: self._workspace.store.tag(source, target), tagged, self._navigator.show_error
        )

    def untag(self, reference: Reference) -> None:
        """Take a tag away from a kit that has others."""
        self._removing.remove_references([reference], f"the tag {reference.short}", force=False)
