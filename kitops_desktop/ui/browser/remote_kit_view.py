"""The page of a kit in a registry: the same as in the library, with what can be done with it there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.jobs.index_job import IndexWork
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.copying import Copying
from kitops_desktop.ui.browser.deleting import Deleting
from kitops_desktop.ui.browser.indexing import Indexing
from kitops_desktop.ui.browser.remote_kit_source import RemoteKitSource
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.command_text import pull_command
from kitops_desktop.ui.library.editing import Editing
from kitops_desktop.ui.library.kit_actions import KitActions
from kitops_desktop.ui.library.kit_page import KitPage
from kitops_desktop.ui.library.kit_source import LoadedKit
from kitops_desktop.ui.library.places import comparison, in_registry
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpack_choice import what_text
from kitops_desktop.ui.library.unpacking import Unpacking
from kitops_desktop.ui.navigation import TRANSFERS, Navigator
from kitops_desktop.workspace import Workspace

_GROUP = "Kit"
_SHOWN_AGAIN_AFTER = (PullWork, UnpackWork)
"""What was done with any kit: parts of the one that is shown may be on this computer now."""


class RemoteKitView(QWidget):
    """``show_reference`` shows a kit of a registry. Its sheets lie over ``host``, the page it is part of."""

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget | None = None) -> None:
        super().__init__(host)
        self.setAccessibleName("Kit in a registry")
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.background, self)
        self._pulls: set[str] = set()
        self._is_outdated = False
        self.kit = KitPage(
            workspace.registry_reads, workspace.listings, self._actions(), PreviewLook(workspace)
        )
        self.unpacking = Unpacking(workspace, navigator, host or self)
        self.editing = Editing(workspace, navigator, host or self)
        self.copying = Copying(workspace, navigator, host or self)
        self.deleting = Deleting(workspace, navigator, host or self)
        self.deleting.deleted.connect(self._on_deleted)
        for signal in (self.deleting.restored, self.copying.outdated):
            signal.connect(self._on_changed)
        self.kit.history.restore_wanted.connect(self.deleting.restore_version)
        self.indexing = Indexing(workspace, navigator, host or self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.kit)
        self.kit.switched.connect(lambda source: navigator.open_remote(str(source.reference)))
        self.kit.stored_wanted.connect(navigator.open_kit)
        self.kit.version_wanted.connect(lambda version: navigator.open_remote(str(version)))
        self.kit.compare_wanted.connect(self._compare)
        self.kit.unpack_wanted.connect(self._unpack)
        self.kit.shown.connect(self._name_unpack)
        self.unpacking.remembered.connect(self._name_unpack)
        self.kit.kitfile.failed.connect(navigator.show_error)
        self.kit.kitfile.saved.connect(lambda path: navigator.notify(f"Saved {path}."))
        self.kit.remedy_wanted.connect(navigator.open_remote)
        navigator.job_signals.changed.connect(self._on_job)
        add_keys(self, self._all_actions())

    @property
    def source(self) -> RemoteKitSource | None:
        """The kit that is shown or being read."""
        source = self.kit.source
        return source if isinstance(source, RemoteKitSource) else None

    def show_reference(self, reference: Reference) -> None:
        """Show that kit; one that is shown already is left as it is."""
        if self.source is None or self.source.reference != reference or self.kit.loaded is None:
            self._is_outdated = False
            self.kit.show_source(RemoteKitSource(self._workspace, reference))

    def reload(self) -> None:
        """Ask the registry again."""
        self.kit.reload()

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        return tuple(action for action in self._all_actions(self._unpack_text()) if action.available())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._is_outdated:
            self._show_again()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        if not event.spontaneous():  # gone to another page, not minimized with the window
            self.kit.files.pause()

    # -- what can be done

    def _actions(self) -> KitActions:
        unpack, pull, copy_to, edit, *more = self._all_actions()
        ask = more[0]
        return KitActions(unpack, (edit, copy_to, pull), tuple(more), "Pull & unpack ticked…", ask)

    def _all_actions(self, unpack: str = "Pull & unpack…") -> tuple[Action, ...]:
        """``unpack`` is what the first of them is called."""
        has = self._has_kit
        return (
            Action(unpack, lambda: self._unpack(()), "Ctrl+U", "unpack", _GROUP, has),
            Action("Pull", self._pull, "", "download", _GROUP, has),
            Action("Copy to…", self._ask_copy, "Ctrl+P", "forward", _GROUP, has),
            Action("Edit as a project…", self._ask_edit, "Ctrl+E", "edit", _GROUP, has),
            Action("Pull & unpack as…", self._ask_unpack, "Ctrl+Shift+U", "unpack", _GROUP, has),
            Action("Add tag…", self._ask_tag, "Ctrl+T", "tag", _GROUP, has),
            Action("Copy reference", lambda: self._copy("Reference"), "", "copy", _GROUP, has),
            Action("Copy digest", lambda: self._copy("Digest"), "", "copy", _GROUP, has),
            Action("Copy pull command", lambda: self._copy("Command"), "", "terminal", _GROUP, has),
            Action("Copy unpack command", lambda: self._copy("Unpack command"), "", "terminal", _GROUP, has),
            Action("Attach a file index", self._attach_index, "", "file", _GROUP, has),
            Action("Delete from registry…", self._ask_delete, "", "trash", _GROUP, has),
        )

    def _has_kit(self) -> bool:
        return self.kit.loaded is not None

    def _shown(self) -> tuple[RemoteKitSource, LoadedKit] | None:
        source, loaded = self.source, self.kit.loaded
        return None if source is None or loaded is None else (source, loaded)

    def _unpack(self, globs: tuple[str, ...]) -> None:
        """Begin at once where nothing has to be asked; see ``Unpacking.begin``."""
        ticked = globs or self.kit.files.ticked_globs()
        self._with_parts(lambda source, kit, remote: self.unpacking.begin(source, kit, ticked, remote))

    def _ask_unpack(self) -> None:
        """Open the sheet, once it is known which layers are on this computer."""
        ticked = self.kit.files.ticked_globs()
        self._with_parts(lambda source, kit, remote: self.unpacking.ask_for(source, kit, ticked, remote))

    def _unpack_text(self) -> str:
        """With dots when the first thing it does is to ask."""
        shown = self._shown()
        known = shown is not None and self.unpacking.knows_where(shown[0])
        return "Pull & unpack" if known else "Pull & unpack…"

    def _name_unpack(self) -> None:
        """Say on the button what a click does."""
        shown = self._shown()
        if shown is None:
            return
        source, kit = shown[0], shown[1].kit
        tip = ""
        if self.unpacking.knows_where(source):
            choice = self.unpacking.proposed(source, kit)
            tip = f"{what_text(choice)} into {choice.target}. With Alt, or Ctrl+Shift+U, with other choices."
        self.kit.header.name_primary(self._unpack_text(), tip)

    def _ask_edit(self) -> None:
        self._with_parts(self.editing.ask_to_edit)

    def _with_parts(self, then: Callable[[RemoteKitSource, ModelKit, RemoteParts], object]) -> None:
        """Find out which layers are on this computer, then go on with the kit that is shown now."""
        shown = self._shown()
        if shown is None:
            return
        source, kit = shown[0], shown[1].kit

        def here(token: CancelToken) -> RemoteParts:
            store = self._workspace.store
            layers = {layer.digest: layer for layer in kit.manifest.layers}
            known = frozenset(digest for digest, layer in layers.items() if store.exists(layer))
            return RemoteParts(self._workspace.listings, known)

        def go_on(remote: RemoteParts) -> None:
            then(source, kit, remote)

        self._reader.read(here, go_on, self._navigator.show_error)

    def _pull(self) -> None:
        shown = self._shown()
        if shown is None:
            return
        job = self._workspace.jobs.submit(PullWork(str(shown[0].reference)))
        self._pulls.add(job.id)
        show = "Show", lambda: self._navigator.show_page(TRANSFERS)
        self._navigator.notify(f"{job.title} …", *show)

    def _ask_copy(self) -> None:
        shown = self._shown()
        if shown is not None:
            self.copying.ask(shown[0].reference, shown[1].kit.descriptor.digest)

    def _compare(self, other: Reference) -> None:
        """Compare another version of the repository with what is shown."""
        if self.source is not None:
            sides = (in_registry(str(one)) for one in (other, self.source.reference))
            self._navigator.open_kit(comparison(*sides))

    def _ask_tag(self) -> None:
        shown = self._shown()
        if shown is not None:
            self.copying.ask_tag(shown[0].reference, shown[1].kit.descriptor.digest)

    def _attach_index(self) -> None:
        shown = self._shown()
        if shown is not None:
            self.indexing.start(shown[0].reference)

    def _ask_delete(self) -> None:
        shown = self._shown()
        if shown is None:
            return
        source, loaded = shown
        signatures = tuple(one.tag or one.descriptor.digest for one in loaded.referrers or ())
        self.deleting.ask(source.reference, loaded.kit.descriptor.digest, signatures)

    def _on_deleted(self, name: str) -> None:
        """What was shown is gone; what else is in its repository is there."""
        source = self.source
        if self.isVisible() and source is not None and source.reference.repository_name == name:
            self._navigator.open_remote(name)

    def _on_changed(self, name: str) -> None:
        """What its tag stands for, the other tags or the history are others."""
        source = self.source
        if source is not None and source.reference.repository_name == name:
            self._show_again()

    def _show_again(self) -> None:
        """Read anew what may be another, as soon as somebody looks."""
        self._is_outdated = not self.isVisible()
        if not self._is_outdated:
            self.kit.reload()

    def _copy(self, what: str) -> None:
        shown = self._shown()
        if shown is None:
            return
        source, loaded = shown
        reference = str(source.reference)
        texts = {
            "Reference": reference,
            "Digest": loaded.kit.descriptor.digest,
            "Command": pull_command(reference),
            "Unpack command": self.unpacking.proposed(source, loaded.kit).command(reference, None),
        }
        copy_text(texts[what])
        self._navigator.notify(f"{what} copied.")

    # -- jobs

    def _on_job(self, job: Job) -> None:
        self.unpacking.job_changed(job)
        self.editing.job_changed(job)
        if not job.state.is_finished:
            return
        if job.id in self._pulls:
            self._pulls.discard(job.id)
            self._tell(job)
        if isinstance(job.work, _SHOWN_AGAIN_AFTER) or self._is_index_of_this(job):
            self._show_again()

    def _is_index_of_this(self, job: Job) -> bool:
        shown = self._shown()
        if shown is None or job.result is None or not isinstance(job.work, IndexWork):
            return False
        return bool(job.result.details["digest"] == shown[1].kit.descriptor.digest)

    def _tell(self, job: Job) -> None:
        """Tell of a pull that was started here and has ended."""
        if job.state is JobState.DONE and job.result is not None:
            reference = str(job.result.details["reference"])
            text = f"{job.result.summary}."
            self._navigator.notify(text, "Open in library", lambda: self._navigator.open_kit(reference))
        elif job.state is JobState.FAILED:
            title = job.explanation.title if job.explanation else "It failed."
            show = "Show", lambda: self._navigator.show_page(TRANSFERS)
            self._navigator.notify(f"{job.title}: {title}", *show)
