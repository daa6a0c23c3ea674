"""A repository of Hugging Face, or what somebody has there, below the way back to the list; and what is done
with it.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.address import HfAddress, HfAuthorAddress, HfKind, HfTarget
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.place_top import PlaceTop
from kitops_desktop.ui.browser.registry_care import RegistryCare
from kitops_desktop.ui.hugging_face.author_view import AuthorView
from kitops_desktop.ui.hugging_face.downloading import Downloading
from kitops_desktop.ui.hugging_face.hf_reads import HfAuthorLook
from kitops_desktop.ui.hugging_face.hf_view import HfView
from kitops_desktop.ui.navigation import REGISTRIES, Navigator
from kitops_desktop.workspace import Workspace


class HfPlace(QWidget):
    """Sheets lie over ``host``, the page it is part of."""

    def __init__(
        self,
        workspace: Workspace,
        navigator: Navigator,
        favouring: Favouring,
        care: RegistryCare,
        host: QWidget,
    ) -> None:
        super().__init__(host)
        self.top = PlaceTop(favouring, self)
        self.view = HfView(workspace, navigator, host)
        self.author = AuthorView(workspace, navigator, host)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.author)
        self.downloading = Downloading(workspace, navigator, host, self._shown)
        self.view.download_wanted.connect(self.downloading.start)
        self._favourite = Action("Favourite", self.top.toggle_favourite, "Ctrl+D", "star", "Hugging Face")
        add_keys(self, (self._favourite,))
        self.top.back_wanted.connect(lambda: navigator.show_page(REGISTRIES))
        self.view.author_found.connect(self._on_author)
        for signal in (self.view.shown, self.view.failed, self.author.shown, self.author.failed):
            signal.connect(self._pass_focus)
        for view in (self.view, self.author):
            view.sign_in_wanted.connect(lambda: care.sign_in(hf_endpoint().host))
            view.remedy_wanted.connect(lambda *remedy: care.apply(hf_endpoint().host, *remedy))
        care.changed.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.top)
        column.addWidget(self._stack, 1)

    def show_address(self, target: HfTarget) -> None:
        if isinstance(target, HfAuthorAddress):
            self.top.show_place(str(target), "All registries")
            self._show_author(target)
            return
        self.top.show_place(str(replace(target, path="")), "All registries")
        kind = _listed_kind(target)
        if target == replace(target, revision="", path="") and self.author.is_about(target.name, kind):
            self._show_author(HfAuthorAddress(target.name, kind))
            return
        self._stack.setCurrentWidget(self.view)
        self.view.show_address(target)

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        shown = self.author if self._stack.currentWidget() is self.author else self.view
        return (*shown.commands(), self._favourite)

    def _show_author(self, address: HfAuthorAddress) -> None:
        self._stack.setCurrentWidget(self.author)
        self.author.show_address(address)

    @Slot()
    def _pass_focus(self) -> None:
        """From what could hold it while nothing was there yet."""
        if self._stack.currentWidget() is self.author:
            self.top.pass_focus_to(self.author.first, *self.author.header.buttons)
        else:
            self.top.pass_focus_to(self.view.first, *self.view.header.quiet)

    @Slot(object)
    def _on_author(self, look: HfAuthorLook) -> None:
        """The name alone is nobody's repository."""
        address = self.view.address
        assert address is not None
        self._stack.setCurrentWidget(self.author)
        self.author.show_look(look, _listed_kind(address))

    def _shown(self) -> HfAddress | None:
        """The repository that somebody looks at, by the name it has now."""
        if not self.isVisible() or self.view.look is None:
            return None
        return self.view.look.repository.address

    @Slot(str)
    def _on_changed(self, host: str) -> None:
        """How it is spoken to, or who is signed in, is another now."""
        if host == hf_endpoint().host:
            self.view.outdate()
            self.author.outdate()


def _listed_kind(address: HfAddress) -> HfKind | None:
    """What of somebody is meant where no repository has the name: pages of datasets are about those."""
    return None if address.kind is HfKind.MODEL else address.kind
