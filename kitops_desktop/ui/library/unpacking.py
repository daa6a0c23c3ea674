"""From "Unpack…" to the job, and the word when it is done."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import InvalidArgument, KitOpsError, SettingsError
from kitops_desktop.jobs.background import BackgroundTask
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack_plan import UnpackPlan
from kitops_desktop.modelkit.unpack_profiles import (
    Saved,
    UnpackProfile,
    all_profiles,
    saved_with,
    saved_without,
)
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.library.chosen_folder import chosen_folder
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpack_choice import UnpackChoice, What, goes_unasked, recalled, was_narrower
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.library.unpack_start import plan_choice, work_of
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class Unpacking(QObject):
    """Opens the sheet, starts jobs, and tells of those it started when they end.

    ``remembered`` comes when other answers are proposed from now on.
    """

    remembered = Signal()

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator, self._host = workspace, navigator, host
        self._reader = Reader(workspace.background, self)
        self._quick = Reader(workspace.registry_reads, self, latest_only=False)
        self._looking: dict[Path, BackgroundTask[UnpackPlan]] = {}
        """By folder: what is begun for one kit does not end what was begun for another."""
        self._started: set[str] = set()

    def ask(self, source: KitSource) -> None:
        """Read the kit, then open the sheet for it."""

        def loaded(kit: ModelKit) -> None:
            self.ask_for(source, kit, ())

        self._reader.read(source.load, loaded, self._navigator.show_error)

    def begin(
        self, source: KitSource, kit: ModelKit, globs: Sequence[str], remote: RemoteParts | None = None
    ) -> None:
        """Start at once, as this kit was unpacked last or into the usual folder. Where that is not known, or
        something stands in its way, the sheet opens and asks.
        """
        choice = self.proposed(source, kit, globs)
        kept = self._workspace.unpack_choices.get(source.reference.repository_name)
        if not self.knows_where(source) or was_narrower(kept, choice):
            self.ask_for(source, kit, globs, remote)
            return
        folder = chosen_folder(choice.target)
        if self._goes_there(folder):
            show = "Show", lambda: self._navigator.show_page(TRANSFERS)
            self._navigator.notify(f"Something is being unpacked into {choice.target} already.", *show)
            return
        chosen_before = kept is not None

        def planned(plan: UnpackPlan) -> None:
            # that something comes by range is agreed to once
            if goes_unasked(plan) and (chosen_before or choice.keep or not plan.pieces):
                self._start_chosen(source, choice, work_of(source, choice, plan))
            else:
                self.ask_for(source, kit, globs, remote)

        def failed(_error: Exception) -> None:  # which the sheet meets as well, and says
            self.ask_for(source, kit, globs, remote)

        self._navigator.notify(f"Looking at what {source.reference.short} needs…")
        before = self._looking.pop(folder, None)
        if before is not None:
            before.cancel()
        self._looking[folder] = self._quick.read(
            lambda token: plan_choice(source, kit, choice, remote, token), planned, failed
        )

    def knows_where(self, source: KitSource) -> bool:
        """Whether it is known where this kit goes."""
        kept = self._workspace.unpack_choices.get(source.reference.repository_name)
        return kept is not None or bool(self._workspace.settings.unpack_folder)

    def proposed(self, source: KitSource, kit: ModelKit, globs: Sequence[str] = ()) -> UnpackChoice:
        """What is proposed for a kit: what was chosen for it last, everything into the usual folder if
        nothing was; with ``globs`` these alone.
        """
        kept = self._workspace.unpack_choices.get(source.reference.repository_name)
        choice = recalled(kept, kit, self._profiles())
        if choice is None:
            choice = UnpackChoice(str(self.usual_folder() / folder_name(source.reference.repository)))
        if globs:
            return replace(choice, what=What.TICKED, globs=tuple(globs))
        return choice

    def ask_for(
        self, source: KitSource, kit: ModelKit, globs: Sequence[str], remote: RemoteParts | None = None
    ) -> UnpackSheet:
        """Open the sheet for a kit that was read already; ``globs`` are what is ticked of it, ``remote`` is
        for one of a registry.
        """
        workspace = self._workspace
        background = workspace.background if remote is None else workspace.registry_reads
        choice = self.proposed(source, kit, globs)
        sheet = UnpackSheet(
            source,
            kit,
            background,
            Path(choice.target),
            tuple(globs),
            self._host,
            remote,
            profiles=self._profiles(),
            choice=choice,
        )
        sheet.unpack_wanted.connect(lambda work: self._start_chosen(source, sheet.choice, work))
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.save_wanted.connect(lambda profile: self._save_profile(sheet, profile))
        sheet.forget_wanted.connect(lambda name: self._forget_profile(sheet, name))
        sheet.open_sheet()
        return sheet

    def usual_folder(self) -> Path:
        """Where kits were unpacked last."""
        chosen = self._workspace.settings.unpack_folder
        return Path(chosen).expanduser() if chosen else Path.home() / "ModelKits"

    def start(self, work: UnpackWork) -> Job:
        """Submit the job and remember its folder for the next time."""
        job = self._workspace.jobs.submit(work)
        self._started.add(job.id)
        try:
            self._workspace.change_settings(unpack_folder=str(work.target.parent))
        except SettingsError as error:
            log.warning("the folder is not remembered: %s", error)
        self._navigator.notify(
            f"{work.title} into {work.target} …", "Show", lambda: self._navigator.show_page(TRANSFERS)
        )
        return job

    def _start_chosen(self, source: KitSource, choice: UnpackChoice, work: UnpackWork) -> None:
        """Start, and remember the answers for the next time."""
        self._workspace.unpack_choices.put(source.reference.repository_name, choice.remembered())
        self.start(work)
        self.remembered.emit()

    def _goes_there(self, folder: Path) -> bool:
        """Whether a job that has not ended unpacks into that folder."""
        works = (job.work for job in self._workspace.jobs.jobs() if not job.state.is_finished)
        return any(isinstance(work, UnpackWork) and work.target == folder for work in works)

    def _profiles(self) -> tuple[UnpackProfile, ...]:
        return all_profiles(self._workspace.settings.unpack_profiles)

    def _save_profile(self, sheet: UnpackSheet, profile: UnpackProfile) -> None:
        before = self._workspace.settings.unpack_profiles
        try:
            saved = saved_with(before, profile)
        except InvalidArgument as error:
            sheet.refuse_profile(error)
            return
        if not self._keep_profiles(saved):
            return
        sheet.show_profiles(self._profiles(), profile.name)
        name = profile.name
        if name in before:
            self._tell_changed(f"The profile {name} says something else now.", name, before[name])
        else:
            self._navigator.notify(f"The profile {name} is saved.")

    def _forget_profile(self, sheet: UnpackSheet, name: str) -> None:
        before = self._workspace.settings.unpack_profiles
        if self._keep_profiles(saved_without(before, name)):
            sheet.show_profiles(self._profiles())
            self._tell_changed(f"The profile {name} is removed.", name, before[name])

    def _tell_changed(self, text: str, name: str, before: Mapping[str, Any]) -> None:
        """Say what became of a profile, with the way back to what it said ``before``."""

        def undo() -> None:
            self._keep_profiles({**self._workspace.settings.unpack_profiles, name: before})
            for opened in self._host.findChildren(UnpackSheet):
                opened.show_profiles(self._profiles())

        self._navigator.notify(text, "Undo", undo)

    def _keep_profiles(self, saved: Saved) -> bool:
        """Whether that worked; what went wrong is shown."""
        try:
            self._workspace.change_settings(unpack_profiles=saved)
        except SettingsError as error:
            self._navigator.show_error(error)
            return False
        return True

    def job_changed(self, job: Job) -> None:
        """Tell of a job that was started here when it has ended."""
        if job.id not in self._started or not job.state.is_finished:
            return
        self._started.discard(job.id)
        if job.state is JobState.DONE and job.result is not None:
            folder = Path(str(job.result.details["folder"]))
            self._navigator.notify(f"{job.result.summary}.", "Open folder", lambda: self._open(folder))
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            show = "Show", lambda: self._navigator.show_page(TRANSFERS)
            self._navigator.notify(f"{job.title}: {title}", *show)

    def _open(self, folder: Path) -> None:
        try:
            open_in_desktop(folder)
        except KitOpsError as error:
            self._navigator.show_error(error)


def folder_name(repository: str) -> str:
    """The last part of a repository's path, as a name for a folder."""
    return repository.rpartition("/")[2].strip("_") or "modelkit"
