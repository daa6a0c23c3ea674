"""The page of a repository of Hugging Face: what it is, its files, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.hugging_face import hf_reads as reads
from kitops_desktop.ui.hugging_face.hf_facts import files_text
from kitops_desktop.ui.hugging_face.hf_files import HfFiles
from kitops_desktop.ui.hugging_face.hf_header import HfHeader
from kitops_desktop.ui.hugging_face.hf_overview import HfOverview
from kitops_desktop.ui.hugging_face.hf_problem import HfProblem
from kitops_desktop.ui.hugging_face.hf_reads import HfAuthorLook, HfLook
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.waiting import WaitWatch, reading_text
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.workspace import Workspace

_GROUP = "Hugging Face"
_COUNTED_EVERY = 300  # milliseconds
_LOW = 680  # pixels


class HfView(QWidget):
    """``show_address`` shows a repository at a revision, and what its path names.

    ``download_wanted`` carries the ``HfRepository``, all its files, and the globs of those that are wanted
    (none for all). ``author_found``: the name is that of somebody, and of no repository. ``remedy_wanted`` is
    for what helps against an error as it does with registries.
    """

    download_wanted = Signal(object, object, object)
    sign_in_wanted = Signal()
    remedy_wanted = Signal(object, object)  # Remedy, error
    shown = Signal(object)  # HfLook
    author_found = Signal(object)  # HfAuthorLook
    failed = Signal()

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Repository on Hugging Face")
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.registry_reads, self)
        self._more_reader = Reader(workspace.registry_reads, self, latest_only=False)
        self._address: HfAddress | None = None
        self._wanted: tuple[str, ...] | None = None
        self._is_outdated = self._chose_revision = False
        self.look: HfLook | None = None
        """What is shown; None while it is read, or when that failed."""
        download, _, browse, copy, *_ = actions = self._actions()
        self.header = HfHeader((browse, copy), download)
        self.overview = HfOverview()
        self.files = HfFiles(workspace.registry_reads, PreviewLook(workspace))
        self.problem = HfProblem()
        self.tabs = self._make_tabs()
        self._stack = self._make_stack()
        waits = WaitWatch((self._reader,), self)
        waits.said.connect(lambda wait: self._reading.setText(reading_text(wait)))
        waits.over.connect(lambda: self._reading.setText(reading_text(None)))
        self._counting = QTimer(self, interval=_COUNTED_EVERY)
        self._counting.timeout.connect(self._show_read)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self._connect()
        add_keys(self, actions)

    @property
    def address(self) -> HfAddress | None:
        """What is shown or being read."""
        return self._address

    def show_address(self, address: HfAddress) -> None:
        """Show that repository; what is shown already is left as it is."""
        before = self._address
        is_same = before is not None and replace(before, path="") == replace(address, path="")
        self._address = address
        if not is_same or self.look is None or self._is_outdated:
            self._read(address)
        elif address.path:
            self.tabs.setCurrentWidget(self.files)
            self.files.choose(address.path)

    @Slot()
    def reload(self) -> None:
        """Ask Hugging Face again."""
        if self._address is not None:
            self._read(self._address)

    def outdate(self) -> None:
        """Something may be otherwise now: read it again, or when somebody looks."""
        self._is_outdated = True
        if self.isVisible():
            self.reload()

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        return tuple(action for action in self._actions() if action.available())

    @property
    def first(self) -> QWidget:
        """Where the focus belongs when the page opens: the tabs, the files when one was asked for, or the
        revisions when another was chosen there; what can be done about it where it does not open.
        """
        if self._stack.currentWidget() is self._failed and self.problem.first is not None:
            return self.problem.first
        if self._chose_revision:
            return self.header.revisions
        asked = self._address is not None and self._address.path
        return self.files.pane.tree if asked else self.tabs.tabBar()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._counting.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._counting.stop()
        if not event.spontaneous():  # gone to another page, not minimized with the window
            self._leave()

    # -- building

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.setAccessibleName("Repository")
        tabs.addTab(self.overview, "&Overview")
        tabs.addTab(self.files, "&Files")
        return tabs

    def _make_stack(self) -> QStackedWidget:
        stack = QStackedWidget()
        failed = QWidget()
        column = QVBoxLayout(failed)
        column.setContentsMargins(0, 14, 0, 0)
        column.addWidget(self.problem)
        column.addStretch(1)
        self._failed, self._reading = failed, label(reading_text(None), "muted", wrap=True)
        for page in (self.tabs, self._reading, failed):
            stack.addWidget(page)
        return stack

    def _connect(self) -> None:
        go = self._navigator
        self.header.revision_chosen.connect(self._on_revision)
        self.overview.link_wanted.connect(lambda address: go.open_remote(str(address)))
        self.overview.copied.connect(lambda what: go.notify(f"{what} copied."))
        for problem in (self.problem, self.overview.problem):
            problem.sign_in_wanted.connect(self.sign_in_wanted)
            problem.remedy_wanted.connect(self.remedy_wanted)
            problem.main_wanted.connect(lambda: self._open_revision(""))
        self.problem.retry_wanted.connect(self.reload)
        self.overview.problem.retry_wanted.connect(self._read_card)
        self.tabs.currentChanged.connect(self._show_read)
        for stack in (self.tabs, self._stack):
            stack.currentChanged.connect(self._arrange)
        files = self.files
        files.listed.connect(self._show_files)
        files.ended.connect(self._on_listed)
        files.card_found.connect(self._on_card_found)
        files.download_wanted.connect(self._download)
        files.pane.preview.shown.connect(self._show_read)
        files.pane.preview.remedy_wanted.connect(self._on_preview_remedy)

    # -- reading

    def _read(self, address: HfAddress) -> None:
        self._stop_reading()
        self.problem.pass_focus_to(self.header.quiet[0])
        self.look, self._is_outdated = None, False
        self.header.show_address(address)
        self.header.show_page(self.page)
        self.files.clear()
        self._stack.setCurrentWidget(self._reading)
        workspace = self._workspace
        self._reader.read(lambda token: reads.look(workspace, address, token), self._on_look, self._on_failed)

    def _on_look(self, look: HfLook | HfAuthorLook) -> None:
        if isinstance(look, HfAuthorLook):
            self.author_found.emit(look)
            return
        assert self._address is not None
        self.look = look
        self.header.show_repository(look.repository, look.asked)
        self.header.show_page(self.page)
        self.overview.show_repository(look.repository)
        self._stack.setCurrentWidget(self.tabs)
        if self._address.path:
            self.tabs.setCurrentWidget(self.files)
        self.files.show_repository(look, self._address.path)
        self._more_reader.read(
            lambda token: reads.revisions(look, token), self.header.show_revisions, self._on_no_revisions
        )
        self._show_files()
        self.shown.emit(look)
        self._chose_revision = False

    def _on_failed(self, error: Exception) -> None:
        self._chose_revision = False
        self.problem.show_failure(error)
        self._stack.setCurrentWidget(self._failed)
        self.failed.emit()

    def _on_no_revisions(self, error: Exception) -> None:
        """The page is of use without them."""
        self.header.revisions.setToolTip(f"The other revisions were not listed: {explain(error).title}")

    def _stop_reading(self) -> None:
        self._wanted = None
        for reader in (self._reader, self._more_reader):
            reader.cancel()

    def _leave(self) -> None:
        """Nobody looks: nothing is asked for. What is missing is read when somebody looks again."""
        self._is_outdated |= self._reader.busy or self._more_reader.busy or self.files.running
        self._stop_reading()
        self.files.pause()

    # -- the model card

    @Slot(object)
    def _on_card_found(self, file: HfFile) -> None:
        look = self.look
        if look is None:
            return
        self._more_reader.read(
            lambda token: reads.card(look, file, token), self._on_card, self.overview.show_problem
        )

    def _on_card(self, text: str | None) -> None:
        note = "Its model card is no text." if text is None else ""
        self.overview.show_card(text or None, note or ("" if text else "Its model card says nothing more."))

    @Slot()
    def _read_card(self) -> None:
        file = self.files.card
        if file is not None:
            self._on_card_found(file)

    # -- its files

    @Slot()
    def _show_files(self) -> None:
        text = files_text(self.files.count, self.files.total, whole=self.files.complete)
        self.overview.show_files(text)
        self.header.show_files(text)
        self._show_read()

    @Slot()
    def _on_listed(self) -> None:
        self._show_files()
        files, wanted = self.files, self._wanted
        self._wanted = None
        if files.complete:
            self.header.primary.setEnabled(bool(files.count))
            if files.card is None:
                self.overview.show_card(None, "It has no README." if files.count else "")
        if wanted is not None and files.complete:
            self._download(wanted)

    @Slot()
    def _show_read(self) -> None:
        if self.look is None:
            return
        self.header.show_read(self.look.looking.bytes_read, self.files.total)
        self.files.show_read()

    @Slot()
    def _arrange(self) -> None:
        """Above the files the counter stands with them, and in a low window all gives way to them."""
        in_files = self.tabs.currentWidget() is self.files and self._stack.currentWidget() is self.tabs
        self.header.show_for(counter=not in_files, note=not in_files or self.height() >= _LOW)

    @Slot(str)
    def _on_preview_remedy(self, host: str) -> None:
        if host == hf_endpoint().host:
            self.sign_in_wanted.emit()
        else:
            self._navigator.open_remote(host)

    # -- what can be done

    def _actions(self) -> tuple[Action, ...]:
        has, is_open = self._has_files, self._is_open
        return (
            Action("Download…", self._download, "Ctrl+U", "download", _GROUP, has),
            Action("Download ticked…", self._download_ticked, "", "download", _GROUP, self._has_ticked),
            Action("Open in browser", self._browse, "", "external", _GROUP, is_open),
            Action("Copy address", self._copy_page, "", "copy", _GROUP, is_open),
            Action("Copy hf:// address", self._copy_address, "", "copy", _GROUP, is_open),
            Action("Copy commit", self._copy_commit, "", "copy", _GROUP, self._has_look),
            Action("Read again", self.reload, "F5", "retry", _GROUP, is_open),
            Action("Sign in to Hugging Face…", self.sign_in_wanted.emit, "Ctrl+I", "sign-in", _GROUP),
        )

    def _is_open(self) -> bool:
        return self._address is not None

    def _has_look(self) -> bool:
        return self.look is not None

    def _has_files(self) -> bool:
        return self.look is not None and (bool(self.files.count) or not self.files.complete)

    def _has_ticked(self) -> bool:
        return self.look is not None and bool(self.files.pane.ticked_paths())

    @Slot(object)
    def _download(self, globs: tuple[str, ...] = ()) -> None:
        """Ask for a download, once it is known what there is."""
        if self.look is None:
            return
        if self.files.complete:
            self.download_wanted.emit(self.look.repository, self.files.files, globs)
            return
        if not self.files.running:
            self.files.list_files()
        self._wanted = globs
        self._navigator.notify("First its files are listed.")

    def _download_ticked(self) -> None:
        self._download(self.files.pane.ticked_globs())

    @property
    def page(self) -> str:
        """The address of its page in a web browser."""
        origin = hf_endpoint().origin
        if self.look is not None:
            return replace(self.look.repository.address, path="").page(origin)
        return "" if self._address is None else self._address.page(origin)

    def _browse(self) -> None:
        QDesktopServices.openUrl(QUrl(self.page))

    def _copy_page(self) -> None:
        copy_text(self.page)
        self._navigator.notify("Address copied.")

    def _copy_address(self) -> None:
        if self._address is not None:
            copy_text(str(self._address))
            self._navigator.notify("Address copied.")

    def _copy_commit(self) -> None:
        if self.look is not None:
            copy_text(self.look.repository.commit)
            self._navigator.notify("Commit copied.")

    @Slot(str)
    def _on_revision(self, revision: str) -> None:
        self._chose_revision = True
        self._open_revision(revision)

    def _open_revision(self, revision: str) -> None:
        if self._address is not None:
            name = self._address.name if self.look is None else self.look.repository.address.name
            revision = "" if revision == "main" else revision
            self._navigator.open_remote(str(HfAddress(name, self._address.kind, revision)))
