"""The page of an organisation or a person of Hugging Face: the repositories, listed page by page."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.address import HfAuthorAddress, HfKind
from kitops_desktop.importers.hugging_face.authors import HfListed, Position
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.progress import Wait
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.hugging_face import hf_reads as reads
from kitops_desktop.ui.hugging_face.author_facts import cut_text, empty_text
from kitops_desktop.ui.hugging_face.author_header import AuthorHeader
from kitops_desktop.ui.hugging_face.author_table import AuthorTable
from kitops_desktop.ui.hugging_face.hf_problem import HfProblem
from kitops_desktop.ui.hugging_face.hf_reads import HfAuthorLook
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.waiting import WaitWatch, reading_text, wait_text
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.workspace import Workspace

_GROUP = "Hugging Face"


class AuthorView(QWidget):
    """``show_address`` asks who that is; ``show_look`` is for those who know it. ``remedy_wanted`` is for
    what helps against an error as it does with registries.
    """

    sign_in_wanted = Signal()
    remedy_wanted = Signal(object, object)  # Remedy, error
    shown = Signal()
    failed = Signal()

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Repositories on Hugging Face")
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.registry_reads, self)
        self._address = HfAuthorAddress("")
        self._position = Position(())
        self._is_outdated = self._is_stopped = False
        self.look: HfAuthorLook | None = None
        """Who is shown; None while that is asked, or when it failed."""
        browse, copy, *_ = actions = self._actions()
        self.header = AuthorHeader((browse, copy))
        self.table = AuthorTable()
        self.problem = HfProblem()
        self.empty = EmptyState("registries", "")
        self._sign_in = self.empty.add_button("Sign in…", "sign-in")
        self._note = label("", "muted", wrap=True)
        self._make_tools()
        self._reading, self._nothing = label(reading_text(None), "muted", wrap=True), QWidget()
        waits = WaitWatch((self._reader,), self)
        waits.said.connect(self._on_wait)
        waits.over.connect(lambda: self._on_wait(None))
        self._stack = QStackedWidget()
        for page in (self._reading, self.table, self.empty, self._nothing):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.header)
        layout.addWidget(self.problem)
        layout.addWidget(self._note)
        layout.addWidget(self._stack, 1)
        self._connect()
        add_keys(self, actions)

    @property
    def address(self) -> HfAuthorAddress:
        """Who is shown, or being asked for."""
        return self._address

    @property
    def running(self) -> bool:
        return self._reader.busy

    @property
    def ended(self) -> bool:
        """Whether all that there is was listed."""
        return self.look is not None and self._position.ended

    @property
    def first(self) -> QWidget:
        """Where the focus belongs when the page opens."""
        if self._stack.currentWidget() is self.table:
            return self._first_of_list
        if self.problem.first is not None:
            return self.problem.first
        return self._sign_in if self._sign_in.isVisibleTo(self) else self.header.buttons[0]

    @property
    def _first_of_list(self) -> QWidget:
        return self.table.table if self._stack.currentWidget() is self.table else self.header.buttons[0]

    def is_about(self, name: str, kind: HfKind | None) -> bool:
        """Whether this is who is shown, and for such repositories."""
        is_same = self._address.name.casefold() == name.casefold() and self._address.kind is kind
        return is_same and self.look is not None

    def show_address(self, address: HfAuthorAddress) -> None:
        """Show that one; what is shown already is left as it is, and goes on."""
        if self.is_about(address.name, address.kind) and not self._is_outdated:
            self._go_on()
            self.shown.emit()
            return
        self._begin(address)
        workspace = self._workspace
        self._reader.read(
            lambda token: reads.author(workspace, address, token), self._on_look, self._on_failed
        )

    def show_look(self, look: HfAuthorLook, kind: HfKind | None) -> None:
        """Show whom somebody else has asked for."""
        self._begin(HfAuthorAddress(look.author.name, kind))
        self._on_look(look)

    @Slot()
    def reload(self) -> None:
        """Ask Hugging Face again."""
        self._is_outdated = True
        self.show_address(self._address)

    def outdate(self) -> None:
        """Something may be otherwise now: read it again, or when somebody looks."""
        self._is_outdated = True
        if self.isVisible():
            self.reload()

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        return tuple(action for action in self._actions() if action.available())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        if not event.spontaneous():  # gone to another page: nobody looks, and nothing is asked for
            self._is_outdated |= self.look is None
            self._reader.cancel()
            self._show_running()

    # -- building

    def _make_tools(self) -> None:
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Listing repositories")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 0)
        self._progress.setMaximumWidth(120)
        self._stop = click_button("Stop", self.stop, "stop", "quiet")
        self._more = click_button("Go on", self._go_on_again, "forward", "quiet")
        for tool in (self._progress, self._stop, self._more):
            self.table.tools.addWidget(tool)

    def _connect(self) -> None:
        go = self._navigator
        self.table.opened.connect(lambda address: go.open_remote(str(address)))
        self.table.copied.connect(lambda what: go.notify(f"{what} copied."))
        self._sign_in.clicked.connect(self.sign_in_wanted)
        self.problem.sign_in_wanted.connect(self.sign_in_wanted)
        self.problem.remedy_wanted.connect(self.remedy_wanted)
        self.problem.retry_wanted.connect(self._on_retry)

    # -- reading

    def _begin(self, address: HfAuthorAddress) -> None:
        self._reader.cancel()
        is_same = address == self._address
        self._address, self.look = address, None
        self._is_outdated = self._is_stopped = False
        self._position = Position() if address.kind is None else Position((address.kind,))
        self.header.show_author(address.name, None, self.page)
        self.problem.pass_focus_to(self.header.buttons[0])
        self.problem.clear()
        self._say("")
        self.table.clear(filters=not is_same)
        self.table.kinds.setVisible(address.kind is None)
        self._stack.setCurrentWidget(self._reading)
        self._show_running()

    def _on_look(self, look: HfAuthorLook) -> None:
        self.look = look
        self._address = replace(self._address, name=look.author.name)
        self.header.show_author(look.author.name, look.author, self.page)
        self._go_on()

    def _go_on(self) -> None:
        """Read the next page, unless that is being done, or nobody wants it."""
        look, position = self.look, self._position
        if look is not None and not position.ended and not self.running and not self._is_stopped:
            self.problem.pass_focus_to(self._first_of_list)
            self.problem.clear()
            self._reader.read(
                lambda token: reads.listed(look, position, token), self._on_page, self._on_failed
            )
        self._show_running()

    def _on_wait(self, wait: Wait | None) -> None:
        """Hugging Face is busy, away or slow, or no more so."""
        self._reading.setText(reading_text(wait))
        if wait is None or self._stack.currentWidget() is self._reading:
            self._say(cut_text(self._position.cut))
        else:
            self._say(wait_text(wait))

    def _on_page(self, read: tuple[tuple[HfListed, ...], Position]) -> None:
        repositories, self._position = read
        self.table.add(repositories, ended=self._position.ended)
        is_first = self._stack.currentWidget() is self._reading
        if self.table.model.all_rows:
            self._stack.setCurrentWidget(self.table)
        elif self._position.ended:
            self._show_empty()
        self._say(cut_text(self._position.cut))
        if is_first and self._stack.currentWidget() is not self._reading:
            self.shown.emit()
        self._go_on()

    def _on_failed(self, error: Exception) -> None:
        self.problem.show_failure(error)
        if not self.table.model.all_rows:
            self._stack.setCurrentWidget(self._nothing)
        self._show_running()
        self.failed.emit()

    @Slot()
    def _on_retry(self) -> None:
        if self.look is None:
            self.reload()
            return
        if not self.table.model.all_rows:
            self._stack.setCurrentWidget(self._reading)
        self._go_on()

    @Slot()
    def stop(self) -> None:
        """List no more than what has arrived."""
        self._is_stopped = True
        self._reader.cancel()
        self._show_running()

    def _go_on_again(self) -> None:
        self._is_stopped = False
        self._go_on()

    def _show_empty(self) -> None:
        assert self.look is not None
        signed_in = self.look.client.is_signed_in
        self.empty.set_texts(*empty_text(self.look.author, self._address.kind, signed_in=signed_in))
        self._sign_in.setVisible(not signed_in)
        self._stack.setCurrentWidget(self.empty)

    def _show_running(self) -> None:
        running = self.running
        self._progress.setVisible(running)
        self._stop.setVisible(running)
        self._more.setVisible(self._is_stopped and not self._position.ended)

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    # -- what can be done

    def _actions(self) -> tuple[Action, ...]:
        return (
            Action("Open in browser", self._browse, "", "external", _GROUP),
            Action("Copy address", self._copy_page, "", "copy", _GROUP),
            Action("Read again", self.reload, "F5", "retry", _GROUP),
            Action("Sign in to Hugging Face…", self.sign_in_wanted.emit, "Ctrl+I", "sign-in", _GROUP),
        )

    @property
    def page(self) -> str:
        """The address of its page in a web browser."""
        return self._address.page(hf_endpoint().origin)

    def _browse(self) -> None:
        QDesktopServices.openUrl(QUrl(self.page))

    def _copy_page(self) -> None:
        copy_text(self.page)
        self._navigator.notify("Address copied.")
