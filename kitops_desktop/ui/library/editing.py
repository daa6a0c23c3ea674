"""From "Edit as a project…" to the project: unpack as much as is wanted, then open the folder."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.kit_home import user_home
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.ui.library.edit_choice import free_folder, wiped_place, wiped_places
from kitops_desktop.ui.library.edit_sheet import EditSheet
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpacking import Unpacking, folder_name


class Editing(Unpacking):
    """As ``Unpacking``; what was unpacked is opened as a project."""

    def ask_to_edit(self, source: KitSource, kit: ModelKit, remote: RemoteParts | None = None) -> None:
        """Open the sheet for a kit that was read already; ``remote`` is for one of a registry."""
        folder = self.usual_folder() / folder_name(source.reference.repository)

        def proposed() -> tuple[Path, tuple[Path, ...]]:
            workspace = self._workspace
            places = wiped_places(workspace.store.home, workspace.folders.cache, user_home())
            kept = Path.home() / "ModelKits" / folder.name
            return free_folder(kept if wiped_place(folder, places) else folder), places

        def opened(found: tuple[Path, tuple[Path, ...]]) -> None:
            self._open_sheet(source, kit, remote, *found)

        self._reader.read(lambda _: proposed(), opened, self._navigator.show_error)

    def ask(self, source: KitSource) -> None:
        """Read the kit, then open the sheet for it."""

        def loaded(kit: ModelKit) -> None:
            self.ask_to_edit(source, kit)

        self._reader.read(source.load, loaded, self._navigator.show_error)

    def job_changed(self, job: Job) -> None:
        """Open the project when a job that was started here has ended well; who went elsewhere meanwhile is
        only told.
        """
        if job.id not in self._started or job.state is not JobState.DONE or job.result is None:
            super().job_changed(job)
            return
        self._started.discard(job.id)
        folder = Path(str(job.result.details["folder"]))
        if self._host.isVisible():
            self._navigator.notify(f"{job.result.summary}.")
            self._navigator.open_project(folder)
        else:
            open_it = "Open project", lambda: self._navigator.open_project(folder)
            self._navigator.notify(f"{job.result.summary}.", *open_it)

    def _open_sheet(
        self,
        source: KitSource,
        kit: ModelKit,
        remote: RemoteParts | None,
        folder: Path,
        wiped: tuple[Path, ...],
    ) -> None:
        workspace = self._workspace
        background = workspace.background if remote is None else workspace.registry_reads
        sheet = EditSheet(source, kit, background, folder, wiped, self._host, remote)
        sheet.unpack_wanted.connect(self.start)
        sheet.copied.connect(lambda: self._navigator.notify("The command is on the clipboard."))
        sheet.open_sheet()
