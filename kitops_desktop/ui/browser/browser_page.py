"""Registries: the list of them, one with its repositories and tags, a kit in one, or a repository of
Hugging Face.
"""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.errors import KitOpsError
from kitops_desktop.importers.hugging_face.endpoint import is_hugging_face
from kitops_desktop.jobs.job import Job
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser import registry_reads as reads
from kitops_desktop.ui.browser.copying import Copying
from kitops_desktop.ui.browser.deleting import Deleting
from kitops_desktop.ui.browser.entered_address import Address
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.hf_place import HfPlace
from kitops_desktop.ui.browser.kit_place import KitPlace
from kitops_desktop.ui.browser.list_actions import list_actions
from kitops_desktop.ui.browser.own_pages import HarborPage
from kitops_desktop.ui.browser.page_opening import PageOpening
from kitops_desktop.ui.browser.places import RemotePlace, parse_place
from kitops_desktop.ui.browser.registries_list import RegistriesList
from kitops_desktop.ui.browser.registry_care import RegistryCare
from kitops_desktop.ui.browser.registry_reading import RegistryReading
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow
from kitops_desktop.ui.browser.registry_standing import RegistryStanding
from kitops_desktop.ui.browser.registry_view import RegistryView
from kitops_desktop.ui.browser.remedies import Remedy
from kitops_desktop.ui.browser.seen_searching import SeenSearching
from kitops_desktop.ui.browser.tag_actions import TagActions
from kitops_desktop.ui.library.error_page import ErrorPage
from kitops_desktop.ui.navigation import REGISTRIES, Navigator
from kitops_desktop.ui.widgets.page_margins import fit_margins
from kitops_desktop.ui.widgets.sheet import Sheet
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

_GROUP = "Registries"


class BrowserPage(QWidget):
    """``show_detail`` takes "" for the list, a registry, a repository or a reference, or an address of
    Hugging Face (``places``).
    """

    count_changed = Signal(int)  # registries on the list

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Registries")
        self._workspace, self._navigator = workspace, navigator
        self._place = RemotePlace()
        self._asked = False
        self.standing = RegistryStanding(workspace, self)
        self.list = RegistriesList()
        self.registry = RegistryView(workspace.registry_reads)
        self.reading = RegistryReading(workspace, self.registry, self.standing, lambda: self._place, self)
        self.care = RegistryCare(workspace, navigator, self)
        self.copying = Copying(workspace, navigator, self)
        self.deleting = Deleting(workspace, navigator, self)
        self.favouring = Favouring(workspace, navigator, self)
        self._kit_place = KitPlace(workspace, navigator, self.favouring, self)
        self._hf_place: HfPlace | None = None
        self.kit = self._kit_place.view
        self.pages = PageOpening(workspace, navigator, self)
        self.searching = SeenSearching(workspace, self.list, self)
        self.tag_actions = TagActions(
            workspace,
            navigator,
            self,
            self.registry.tags,
            lambda: self._place,
            self.copying,
            self.deleting,
            self.favouring,
        )
        self._history_reader = Reader(workspace.registry_reads, self, latest_only=False)
        self._wrong = ErrorPage()
        self._stack = QStackedWidget()
        for page in (self.list, self.registry, self._kit_place, self._wrong):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        fit_margins(layout, self.height())
        layout.addWidget(self._stack)
        self._of_list = list_actions(self.list, self.care, self.standing, navigator.open_remote, _GROUP)
        self.list.add_actions(self._of_list)
        self.registry.tags.add_actions(self.tag_actions.bar(), self.tag_actions.menu())
        self._connect()
        self._show_list_rows()

    @property
    def place(self) -> RemotePlace:
        """What is shown."""
        return self._place

    @property
    def hugging_face(self) -> HfPlace:
        """What shows repositories of Hugging Face; made for the first of them."""
        if self._hf_place is None:
            self._hf_place = HfPlace(self._workspace, self._navigator, self.favouring, self.care, self)
            self._stack.addWidget(self._hf_place)
        return self._hf_place

    def show_detail(self, detail: str) -> None:
        """Show the list, a registry, a repository, a kit, or what is on Hugging Face."""
        for sheet in self.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly):
            sheet.close_sheet()
        try:
            place = parse_place(detail)
        except KitOpsError as error:
            self._wrong.show_error(error)
            self._stack.setCurrentWidget(self._wrong)
            return
        before, self._place = self._place, place
        if place.kit is not None:
            self._show_page(self._kit_place)
            self._kit_place.show_reference(place.kit)
            self._read_history(str(place.kit))
        elif place.hugging_face is not None:
            self._show_page(self.hugging_face)
            self.hugging_face.show_address(place.hugging_face)
        elif place.host:
            self._show_registry(place, before)
        else:
            self._show_list()

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        shown = self._stack.currentWidget()
        if shown is self._kit_place:
            return self.kit.commands()
        if shown is self._hf_place:
            return self.hugging_face.commands()
        if shown is self.list:
            here = (*self._of_list, self._add_action())
        else:
            here = (*self.tag_actions.menu(), *self._registry_actions())
        return tuple(action for action in here if action.available())

    def open_by_reference(self) -> None:
        """Put the focus where a reference is typed or pasted."""
        self._stack.setCurrentWidget(self.list)
        self.list.open_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def search_seen(self) -> None:
        """Put the focus where all that was seen before is searched."""
        self._stack.setCurrentWidget(self.list)
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.reading.read_local()
        self.favouring.read()
        self.standing.ask_signed_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        fit_margins(self.layout(), event.size().height())

    # -- wiring

    def _connect(self) -> None:
        go = self._navigator
        self.list.opened.connect(go.open_remote)
        self.list.add_wanted.connect(lambda: self.care.add())
        self.list.open_field.wanted.connect(self._open_address)
        self.list.problem.retry_wanted.connect(self._ask_current)
        self.list.problem.remedy_wanted.connect(self._on_list_remedy)
        view = self.registry
        view.sign_in_wanted.connect(lambda: self.care.sign_in(self._place.host))
        view.sign_out_wanted.connect(lambda: self.care.sign_out(self._place.host))
        view.edit_wanted.connect(lambda: self.care.edit(self._place.host))
        view.refresh_wanted.connect(self.reading.read_again)
        view.keep_wanted.connect(lambda: self.care.keep(self._place.host))
        view.repositories.opened.connect(lambda name: go.open_remote(f"{self._place.host}/{name}"))
        view.repositories.address_wanted.connect(self._open_address)
        view.problem.retry_wanted.connect(self.reading.read_again)
        view.problem.remedy_wanted.connect(self._on_remedy)
        view.tags.opened.connect(self._open_tag)
        view.tags.retry_wanted.connect(self.reading.read_tags)
        view.tags.remedy_wanted.connect(self._on_remedy)
        self.reading.history_read.connect(self._show_history)
        view.repositories.starred.connect(lambda name: self.favouring.toggle(f"{self._place.host}/{name}"))
        self.favouring.changed.connect(self._show_favourites)
        for shown in (view.repositories.favourites, self.list.favourites):
            shown.removed.connect(self.favouring.remove)
        self.list.favourites.opened.connect(go.open_remote)
        self.care.changed.connect(self._on_changed)
        self.care.added.connect(self._on_added)
        self.care.removed.connect(self._on_removed)
        for signal in (self.deleting.deleted, self.deleting.failed, self.copying.outdated):
            signal.connect(self._on_deleted)
        self.standing.changed.connect(self._on_row)
        self.standing.pauses.ticked.connect(self._on_pause_tick)
        self.standing.pauses.over.connect(self._on_pause_over)
        self._wrong.retry_wanted.connect(lambda: go.show_page(REGISTRIES))
        go.job_signals.changed.connect(self._on_job)

    # -- the list

    def _show_list(self) -> None:
        self._stack.setCurrentWidget(self.list)
        self._show_list_rows()
        self.list.focus_table()
        self._read_history()
        for host in reads.registry_hosts(self._workspace):
            if self.standing.row(host).answers is Answers.UNKNOWN:
                self.standing.ask(host)

    def _show_list_rows(self) -> None:
        hosts = reads.registry_hosts(self._workspace)
        for field in (self.list.open_field, self.registry.repositories.open_field):
            field.hosts = hosts
        self.list.show_rows(tuple(map(self.standing.row, hosts)))
        self.count_changed.emit(len(hosts))

    @Slot(object)
    def _on_row(self, row: RegistryRow) -> None:
        self.list.put(row)
        if row.host == self._place.host:
            self._show_head()

    @Slot(str)
    def _on_pause_tick(self, host: str) -> None:
        self.list.model.touch(host)
        if host == self._place.host:
            self._show_head()

    @Slot(str)
    def _on_pause_over(self, host: str) -> None:
        if host == self._place.host and self._place.kit is None and self.isVisible():
            self.reading.read_again()
        self.standing.ask(host)

    def _show_head(self) -> None:
        host = self._place.host
        self.registry.show_row(self.standing.row(host), is_kept=host in self._workspace.settings.registries)

    def _ask_current(self) -> None:
        row = self.list.current()
        if row is not None:
            self.standing.ask(row.host)

    @Slot(object, object)
    def _on_list_remedy(self, remedy: Remedy, error: BaseException) -> None:
        row = self.list.current()
        if row is not None:
            self.care.apply(row.host, remedy, error)

    # -- a registry

    def _show_registry(self, place: RemotePlace, before: RemotePlace) -> None:
        view = self.registry
        self.standing.stop_asking(place.host)
        self._show_head()
        first_time = self._stack.currentWidget() is not view or place.host != view.host
        self._stack.setCurrentWidget(view)
        if place.host != view.host:
            view.repositories.show_registry(place.host)
            self._show_favourites()
            self.standing.read_sign_in(place.host)
            self.reading.read_repositories()
        elif self.reading.is_outdated:
            self.reading.read_repositories()
        self._read_history()
        if place.repository:
            view.repositories.choose(place.repository)
            self.reading.read_tags()
        else:
            view.repositories.choose("")
            view.tags.show_nothing()
        if first_time:
            view.repositories.focus_first()

    @Slot(object, object)
    def _on_remedy(self, remedy: Remedy, error: BaseException) -> None:
        self.care.apply(self._place.host, remedy, error)

    def _open_tag(self, tag: str) -> None:
        self._navigator.open_remote(str(self._place.version(tag)))

    # -- a kit, and what else is a page of its own

    def _show_page(self, page: QWidget) -> None:
        self.standing.stop_asking(self._place.host)
        self._show_favourites()
        self._stack.setCurrentWidget(page)

    # -- addresses that were entered

    @Slot(object)
    def _open_address(self, address: Address) -> None:
        if address.plain_http and address.host not in self._workspace.settings.registries:
            page = address.page
            self.care.add(f"http://{page.address if isinstance(page, HarborPage) else address.place}")
            return
        if address.page is not None:
            self.pages.open(address.page)
            return
        self._navigator.open_remote(address.place)

    # -- favourites

    @Slot()
    def _show_favourites(self) -> None:
        self.list.favourites.show_references(self.favouring.known)
        if self._place.host:
            self.registry.repositories.show_favourites(self.favouring.of(self._place.host))

    def _star_repository(self) -> None:
        self.favouring.toggle(f"{self._place.host}/{self._place.repository}")

    # -- what is remembered

    def _read_history(self, opened: str = "") -> None:
        """Read what was opened before, with ``opened`` as the latest."""
        host, workspace = self._place.host, self._workspace
        self._history_reader.read(
            lambda _: reads.history(workspace, host, opened), partial(self._show_history, host), _log_error
        )

    def _show_history(self, host: str, references: tuple[str, ...]) -> None:
        if host and host == self._place.host:
            self.registry.repositories.show_history(references)
        elif not host:
            self.list.open_field.show_known(references)

    # -- what others changed

    @Slot(str)
    def _on_changed(self, host: str) -> None:
        """The options or the sign-in of a registry are others: ask it anew."""
        self._show_list_rows()
        if is_hugging_face(host):
            return  # it is no registry; its page looks for itself
        self.standing.ask(host)
        if host != self._place.host:
            return
        if self._place.kit is not None:
            self.kit.reload()
        else:
            self.reading.read_again()

    @Slot(object)
    def _on_added(self, address: Address) -> None:
        self._navigator.open_remote(address.place)
        if address.page is not None:
            self.pages.open(address.page)

    @Slot(str)
    def _on_removed(self, host: str) -> None:
        self.standing.forget(host)
        self._show_list_rows()
        self._read_history()
        if host == self._place.host:
            self._navigator.show_page(REGISTRIES)

    @Slot(str)
    def _on_deleted(self, name: str) -> None:
        place = self._place
        if place.kit is None and f"{place.host}/{place.repository}" == name:
            self.reading.read_tags()

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        if not job.state.is_finished:
            return
        if self.isVisible():
            self.reading.read_local()
        if job.kind in ("push", "pack-push", "copy", "restore-remote"):
            self._read_after_push()

    def _read_after_push(self) -> None:
        """A repository may be new, and has other tags; what is not shown is read when it is."""
        self.reading.is_outdated = True
        if self._place.host and self._place.kit is None:
            self.reading.read_again()

    # -- what can be done

    def _add_action(self) -> Action:
        return Action("Add registry…", self.list.add_wanted.emit, "", "plus", _GROUP)

    def _has_repository(self) -> bool:
        return bool(self._place.repository)

    def _registry_actions(self) -> tuple[Action, ...]:
        host = self._place.host
        return (
            Action("Read again", self.reading.read_again, "F5", "retry", _GROUP),
            Action("Favourite repository", self._star_repository, "", "star", _GROUP, self._has_repository),
            Action(f"Sign in to {host}…", self.registry.sign_in_wanted.emit, "", "sign-in", _GROUP),
            Action(f"Edit {host}…", self.registry.edit_wanted.emit, "", "edit", _GROUP),
            self._add_action(),
        )


def _log_error(error: Exception) -> None:
    """What is remembered makes things quicker; without it all goes on."""
    log.info("registries: %s", error)
