"""Looking after the store: verify, prune, trash, damage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.verify_job import VerifyWork
from kitops_desktop.store.damage import Damage, DamageKind
from kitops_desktop.store.local_store import Removal
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.library.damage_sheet import DamageSheet
from kitops_desktop.ui.library.prune_sheet import PruneSheet
from kitops_desktop.ui.library.removing import Removing
from kitops_desktop.ui.library.trash_sheet import TrashSheet
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.ui.units import size_text
from kitops_desktop.workspace import Workspace


class Upkeep(QObject):
    """``changed`` after the store has changed."""

    changed = Signal()
    verified = Signal(object)  # tuple[Damage, ...], what the last verify job found

    def __init__(self, workspace: Workspace, navigator: Navigator, removing: Removing, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._removing, self._host = workspace, navigator, removing, host
        self._reader = Reader(workspace.background, self, latest_only=False)
        self._verifying: set[str] = set()

    # -- verify

    def verify(self, repair: bool = False) -> Job:
        """Read every blob again, as a job; with ``repair`` mend what can be mended."""
        job = self._workspace.jobs.submit(VerifyWork(repair))
        self._verifying.add(job.id)
        self._navigator.notify("Verifying the store …", "Show", self._show_transfers)
        return job

    def job_changed(self, job: Job) -> None:
        """Tell what verifying found, when it was started here."""
        if job.id not in self._verifying or not job.state.is_finished:
            return
        self._verifying.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            found = tuple(_damage(each) for each in job.result.details["damage"])
            self.verified.emit(found)
            text = f"{job.result.summary}."
            if found:
                self._navigator.notify(text, "Show", partial(self._show_damage_found, found))
            else:
                self._navigator.notify(text)
            self.changed.emit()

    def _show_damage_found(self, damage: tuple[Damage, ...]) -> None:
        self.show_damage(damage)

    def show_damage(self, damage: Sequence[Damage]) -> DamageSheet:
        sheet = DamageSheet(damage, self._host)
        sheet.verify_wanted.connect(self.verify)
        sheet.open_sheet()
        return sheet

    # -- prune

    def ask_prune(self) -> PruneSheet:
        """Open the sheet that says what would go."""
        sheet = PruneSheet(self._host)
        sheet.prune_wanted.connect(self.prune)
        sheet.open_sheet()
        reader = Reader(self._workspace.background, sheet)
        reader.read(lambda token: self._workspace.store.plan_prune().frees, sheet.show_plan, sheet.show_error)
        return sheet

    def prune(self) -> None:
        """Move orphans to the trash."""

        def pruned(removal: Removal) -> None:
            if removal.id:
                text = f"{size_text(removal.freed)} moved to the trash."
                self._navigator.notify(text, "Undo", lambda: self._removing.restore((removal.id,)))
            else:
                self._navigator.notify("Nothing to prune any more.")
            self.changed.emit()

        self._reader.read(lambda token: self._workspace.store.prune(), pruned, self._navigator.show_error)

    # -- trash

    def show_trash(self) -> TrashSheet:
        sheet = TrashSheet(self._workspace.settings.trash_days, self._host)
        sheet.restore_wanted.connect(self._removing.restore)
        sheet.empty_wanted.connect(self._empty_trash)
        filling = _Filling(self._workspace, self._navigator, sheet)
        self._removing.changed.connect(filling.fill)
        self.changed.connect(filling.fill)
        filling.fill()
        sheet.open_sheet()
        return sheet

    def _empty_trash(self) -> None:
        def emptied(freed: int) -> None:
            self._navigator.notify(f"The trash is empty, {size_text(freed)} freed.")
            self.changed.emit()

        self._reader.read(
            lambda token: self._workspace.store.empty_trash(None), emptied, self._navigator.show_error
        )

    # -- the folder

    def open_folder(self) -> None:
        """Show the store in the file manager."""
        try:
            open_in_desktop(self._workspace.store.home)
        except KitOpsError as error:
            self._navigator.show_error(error)

    def _show_transfers(self) -> None:
        self._navigator.show_page(TRANSFERS)


class _Filling(QObject):
    """Shows what is in the trash by now, as long as the sheet is there."""

    def __init__(self, workspace: Workspace, navigator: Navigator, sheet: TrashSheet) -> None:
        super().__init__(sheet)
        self._workspace, self._navigator, self._sheet = workspace, navigator, sheet
        self._reader = Reader(workspace.background, self)

    @Slot()
    def fill(self) -> None:
        self._reader.read(
            lambda token: self._workspace.store.trash(), self._sheet.show_entries, self._navigator.show_error
        )


def _damage(value: Mapping[str, Any]) -> Damage:
    """What a verify job noted, as it was."""
    kind, path = DamageKind(value["kind"]), Path(value["path"])
    return Damage(kind, value["digest"], path, tuple(value["affects"]), value["reason"])
