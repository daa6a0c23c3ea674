"""The Library: the list of kits, one kit, or two compared; and what is done with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.sample_job import copy_sample
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.store.damage import Damage
from kitops_desktop.store.local_store import Listing
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.remote_kit_source import RemoteKitSource
from kitops_desktop.ui.compare.compare_page import ComparePage
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.command_text import push_command, unpack_command
from kitops_desktop.ui.library.editing import Editing
from kitops_desktop.ui.library.kit_actions import KitActions
from kitops_desktop.ui.library.kit_page import KitPage
from kitops_desktop.ui.library.kit_source import KitSource, StoredKitSource
from kitops_desktop.ui.library.library_list import LibraryList
from kitops_desktop.ui.library.library_rows import KitRow
from kitops_desktop.ui.library.places import compared, comparison, side
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.pushing import Pushing
from kitops_desktop.ui.library.removing import Removing
from kitops_desktop.ui.library.store_watch import StoreWatch
from kitops_desktop.ui.library.tagging import Tagging
from kitops_desktop.ui.library.unpacking import Unpacking, folder_name
from kitops_desktop.ui.library.upkeep import Upkeep
from kitops_desktop.ui.navigation import LIBRARY, Navigator
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.page_margins import fit_margins
from kitops_desktop.workspace import Workspace

_GROUP = "Library"


class LibraryPage(QWidget):
    """``show_detail`` takes a reference, two of them for a comparison, or "" for the list."""

    count_changed = Signal(int)  # kits in the store

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Library")
        self._workspace, self._navigator = workspace, navigator
        self._listing = Listing((), ())
        self._verified: tuple[Damage, ...] = ()
        self._reader = Reader(workspace.background, self, latest_only=False)
        self.list = LibraryList()
        self.kit = KitPage(
            workspace.background, workspace.listings, self._shown_actions(), PreviewLook(workspace)
        )
        self.compare = ComparePage(workspace.background, workspace.listings)
        self._stack = QStackedWidget()
        for page in (self.list, self.kit, self.compare):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        fit_margins(layout, self.height())
        layout.addWidget(self._stack)
        self.watch = StoreWatch(workspace.background, lambda: workspace.store, self)
        self.removing = Removing(workspace, navigator, self)
        self.tagging = Tagging(workspace, navigator, self.removing, self)
        self.unpacking = Unpacking(workspace, navigator, self)
        self.editing = Editing(workspace, navigator, self)
        self.pushing = Pushing(workspace, navigator, self)
        self.upkeep = Upkeep(workspace, navigator, self.removing, self)
        self.list.add_actions(self._bar_actions(), self._store_actions(), self._menu_actions())
        add_keys(self.kit, self._kit_actions())
        self._connect()

    def show_detail(self, detail: str) -> None:
        """Show a kit (``registry/name:tag``), a comparison (``places.comparison``), or the list."""
        pair = compared(detail)
        try:
            if pair is not None:
                self.compare.show_sources(*map(self._side, pair))
                self._stack.setCurrentWidget(self.compare)
            elif detail:
                self.kit.show_source(self._source(parse_reference(detail)))
                self._stack.setCurrentWidget(self.kit)
            else:
                self._stack.setCurrentWidget(self.list)
                self.watch.look()
        except KitOpsError as error:
            self._navigator.show_error(error)

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        if self._stack.currentWidget() is self.kit:
            return self._kit_actions() + self._store_actions()
        on_rows = tuple(action for action in self._menu_actions() if action is not None)
        return tuple(action for action in (*on_rows, *self._store_actions()) if action.available())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.watch.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self.watch.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        fit_margins(self.layout(), event.size().height())

    # -- wiring

    def _connect(self) -> None:
        self.watch.listed.connect(self._on_listed)
        self.watch.failed.connect(self.list.show_error)
        self.upkeep.verified.connect(self._on_verified)
        for doer in (self.removing, self.tagging, self.upkeep):
            doer.changed.connect(self._on_changed)
        self._navigator.job_signals.changed.connect(self._on_job)
        self.removing.planned.connect(self._on_planned)
        self.list.opened.connect(self._open)
        self.list.chosen.connect(lambda: self.removing.plan(self.list.selected()))
        self.list.folder_wanted.connect(self._ask_folder)
        self.list.sample_wanted.connect(self._ask_sample)
        self.list.damage_wanted.connect(lambda: self.upkeep.show_damage(self.list.damage))
        self.list.retry_wanted.connect(self.watch.refresh)
        self.kit.switched.connect(lambda source: self._navigator.open_kit(source.reference))
        self.kit.version_wanted.connect(self._navigator.open_kit)
        self.kit.compare_wanted.connect(self._compare_shown)
        self.kit.unpack_wanted.connect(self._unpack_shown)
        self.kit.kitfile.failed.connect(self._navigator.show_error)
        self.kit.kitfile.saved.connect(lambda path: self._navigator.notify(f"Saved {path}."))

    def _on_listed(self, listing: Listing) -> None:
        self._listing = listing
        self._show_listing()
        self.count_changed.emit(len(listing.kits))

    def _on_verified(self, damage: tuple[Damage, ...]) -> None:
        self._verified = damage
        self._show_listing()

    def _show_listing(self) -> None:
        """The listing, with what only reading every blob could find."""
        known = {damage.path for damage in self._listing.damage}
        found = tuple(damage for damage in self._verified if damage.path not in known)
        self.list.show_listing(replace(self._listing, damage=(*self._listing.damage, *found)))

    def _on_changed(self) -> None:
        self.watch.refresh()
        if self._stack.currentWidget() is self.kit:
            self.kit.reload()

    def _on_job(self, job: Job) -> None:
        self.unpacking.job_changed(job)
        self.editing.job_changed(job)
        self.pushing.job_changed(job)
        self.upkeep.job_changed(job)
        if job.state.is_finished:
            self.watch.look()

    def _on_planned(self, frees: int | None) -> None:
        text = "" if frees is None or not self.list.selected() else f"Removing frees {size_text(frees)}"
        self.list.show_frees(text)

    def _source(self, reference: Reference) -> StoredKitSource:
        history = self._workspace.tag_history
        return StoredKitSource(lambda: self._workspace.store, reference, history=history)

    def _side(self, text: str) -> KitSource:
        """A side of a comparison."""
        name, is_remote = side(text)
        reference = parse_reference(name)
        return RemoteKitSource(self._workspace, reference) if is_remote else self._source(reference)

    # -- what can be done

    def _bar_actions(self) -> tuple[Action, ...]:
        return (
            Action("Open", self._open_selected, "Enter", "external", _GROUP, self._has_one),
            Action("Compare", self._compare, "Ctrl+D", "compare", _GROUP, self._has_two),
            Action("Tags…", self._tag, "Ctrl+T", "tag", _GROUP, self._has_one),
            Action("Remove", self._remove, "Del", "trash", _GROUP, self._has_any),
            Action("Push…", self._push, "Ctrl+P", "upload", _GROUP, self._has_one),
            Action("Unpack…", self._unpack, "Ctrl+U", "unpack", _GROUP, self._has_one),
        )

    def _menu_actions(self) -> tuple[Action | None, ...]:
        opening, comparing, tagging, removing, pushing, unpacking = self._bar_actions()
        return (
            # Enter itself is the table's own key
            Action(opening.text, opening.run, "", opening.icon, _GROUP, opening.available),
            unpacking,
            Action("Edit as a project…", self._edit, "Ctrl+E", "edit", _GROUP, self._has_one),
            pushing,
            tagging,
            comparing,
            None,
            Action("Copy reference", self._copy_reference, "Ctrl+C", "copy", _GROUP, self._has_any),
            Action("Copy digest", self._copy_digest, "Ctrl+Shift+C", "copy", _GROUP, self._has_any),
            Action("Copy as command", self._copy_command, "", "terminal", _GROUP, self._has_any),
            Action("Copy push command", self._copy_push, "", "terminal", _GROUP, self._has_any),
            None,
            removing,
        )

    def _store_actions(self) -> tuple[Action, ...]:
        return (
            Action("Verify the store", self._verify, "", "verify", _GROUP),
            Action("Prune the store…", self._prune, "", "sparkle", _GROUP),
            Action("Trash…", self._trash, "", "trash", _GROUP),
            Action("Open store folder", self.upkeep.open_folder, "", "folder-open", _GROUP),
        )

    def _shown_actions(self) -> KitActions:
        """What can be done with the kit that is shown, as its page has it."""
        return KitActions(
            Action("Unpack…", lambda: self._unpack_shown(()), icon="unpack"),
            (
                Action("Edit as a project…", self._edit_shown, icon="edit"),
                Action("Copy reference", lambda: self._copy_shown("reference"), icon="copy"),
                Action("Push…", self._push_shown, icon="upload"),
            ),
            (
                Action("Copy digest", lambda: self._copy_shown("digest"), icon="copy"),
                Action("Copy as command", lambda: self._copy_shown("command"), icon="terminal"),
                Action("Copy push command", lambda: self._copy_shown("push command"), icon="terminal"),
                Action("Tags…", self._tag_shown, icon="tag"),
                Action("Remove", self._remove_shown, icon="trash"),
            ),
        )

    def _kit_actions(self) -> tuple[Action, ...]:
        return (
            Action("Unpack…", lambda: self._unpack_shown(()), "Ctrl+U", "unpack", _GROUP),
            Action("Edit as a project…", self._edit_shown, "Ctrl+E", "edit", _GROUP),
            Action("Push…", self._push_shown, "Ctrl+P", "upload", _GROUP),
            Action("Tags…", self._tag_shown, "Ctrl+T", "tag", _GROUP),
            Action("Copy reference", lambda: self._copy_shown("reference"), "", "copy", _GROUP),
            Action("Copy digest", lambda: self._copy_shown("digest"), "", "copy", _GROUP),
            Action("Remove", self._remove_shown, "", "trash", _GROUP),
        )

    def _has_any(self) -> bool:
        return bool(self.list.selected())

    def _has_one(self) -> bool:
        return len(self.list.selected()) == 1

    def _has_two(self) -> bool:
        return len(self.list.selected()) == 2

    # -- on what is chosen in the list

    def _open(self, row: KitRow) -> None:
        self._navigator.open_kit(row.reference)

    def _open_selected(self) -> None:
        self._open(self.list.selected()[0])

    def _compare(self) -> None:
        first, second = self.list.selected()
        self._navigator.open_kit(comparison(first.reference.short, second.reference.short))

    def _tag(self) -> None:
        (row,) = self.list.selected()
        self.tagging.ask(row.reference, row.kit.descriptor.digest, row.kit.tags, self.list.rows)

    def _remove(self) -> None:
        self.removing.remove(self.list.selected())

    def _unpack(self) -> None:
        (row,) = self.list.selected()
        self.unpacking.ask(self._source(row.reference))

    def _edit(self) -> None:
        (row,) = self.list.selected()
        self.editing.ask(self._source(row.reference))

    def _push(self) -> None:
        (row,) = self.list.selected()
        self.pushing.ask(self._source(row.reference))

    def _copy_reference(self) -> None:
        self._copy("\n".join(row.reference.short for row in self.list.selected()), "Reference")

    def _copy_digest(self) -> None:
        self._copy("\n".join(str(row.kit.descriptor.digest) for row in self.list.selected()), "Digest")

    def _copy_command(self) -> None:
        self._copy("\n".join(self._command(row.reference) for row in self.list.selected()), "Command")

    def _copy_push(self) -> None:
        self._copy(
            "\n".join(push_command(row.reference.short, "") for row in self.list.selected()), "Command"
        )

    # -- on the kit that is shown

    def _unpack_shown(self, globs: tuple[str, ...]) -> None:
        if self.kit.source is not None and self.kit.loaded is not None:
            ticked = globs or self.kit.files.ticked_globs()
            self.unpacking.ask_for(self.kit.source, self.kit.loaded.kit, ticked)

    def _compare_shown(self, other: Reference) -> None:
        """Compare another version of the repository with the kit that is shown."""
        if self.kit.source is not None:
            self._navigator.open_kit(comparison(other.short, self.kit.source.reference.short))

    def _edit_shown(self) -> None:
        if self.kit.source is not None and self.kit.loaded is not None:
            self.editing.ask_to_edit(self.kit.source, self.kit.loaded.kit)

    def _push_shown(self) -> None:
        if self.kit.source is not None and self.kit.loaded is not None:
            self.pushing.ask(self._source(self.kit.source.reference))

    def _tag_shown(self) -> None:
        if self.kit.source is not None and self.kit.loaded is not None:
            digest = self.kit.loaded.kit.descriptor.digest
            self.tagging.ask(self.kit.source.reference, digest, self._tags_of(digest), self.list.rows)

    def _remove_shown(self) -> None:
        source, loaded = self.kit.source, self.kit.loaded
        if source is None or loaded is None:
            return
        target = source.reference.with_digest(loaded.kit.descriptor.digest)
        name = source.reference.short
        self.removing.remove_references(
            [target], name, force=True, then=lambda: self._navigator.show_page(LIBRARY)
        )

    def _copy_shown(self, what: str) -> None:
        source, loaded = self.kit.source, self.kit.loaded
        if source is None or loaded is None:
            return
        texts = {
            "reference": source.reference.short,
            "digest": str(loaded.kit.descriptor.digest),
            "command": self._command(source.reference),
            "push command": push_command(source.reference.short, ""),
        }
        self._copy(texts[what], what.capitalize())

    def _tags_of(self, digest: str) -> tuple[str, ...]:
        source: KitSource | None = self.kit.source
        name = source.reference.repository_name if source is not None else ""
        kits = (kit for row in self.list.rows for kit in row.kits)
        return next((kit.kit.tags for kit in kits if kit.key == (name, digest)), ())

    # -- the store

    def _verify(self) -> None:
        self.upkeep.verify()

    def _prune(self) -> None:
        self.upkeep.ask_prune()

    def _trash(self) -> None:
        self.upkeep.show_trash()

    # -- beginnings and small things

    def _ask_folder(self) -> None:
        self._choose_folder("Choose a folder to pack", self._navigator.open_project)

    def _ask_sample(self) -> None:
        self._choose_folder("Choose where the sample goes", self._copy_sample)

    def _copy_sample(self, target: Path) -> None:
        self._reader.read(
            lambda token: copy_sample(target, token=token),
            self._navigator.open_project,
            self._navigator.show_error,
        )

    def _choose_folder(self, title: str, chosen: object) -> None:
        dialog = QFileDialog(self, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: chosen(Path(folder)))  # type: ignore[operator]
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _command(self, reference: Reference) -> str:
        target = self.unpacking.usual_folder() / folder_name(reference.repository)
        return unpack_command(reference.short, str(target))

    def _copy(self, text: str, what: str) -> None:
        copy_text(text)
        self._navigator.notify(f"{what} copied.")
