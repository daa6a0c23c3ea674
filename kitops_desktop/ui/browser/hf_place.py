"""A repository of Hugging Face, below the way back to the list, and what is done with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.ui.actions import Action, add_keys
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.place_top import PlaceTop
from kitops_desktop.ui.browser.registry_care import RegistryCare
from kitops_desktop.ui.hugging_face.downloading import Downloading
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
        self.downloading = Downloading(workspace, navigator, host, self._shown)
        self.view.download_wanted.connect(self.downloading.start)
        self._favourite = Action("Favourite", self.top.toggle_favourite, "Ctrl+D", "star", "Hugging Face")
        add_keys(self, (self._favourite,))
        self.top.back_wanted.connect(lambda: navigator.show_page(REGISTRIES))
        self.view.shown.connect(lambda _: self.top.pass_focus_to(self.view.first, *self.view.header.quiet))
        self.view.sign_in_wanted.connect(lambda: care.sign_in(hf_endpoint().host))
        self.view.remedy_wanted.connect(lambda *remedy: care.apply(hf_endpoint().host, *remedy))
        care.changed.connect(self._on_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.top)
        column.addWidget(self.view, 1)

    def show_address(self, address: HfAddress) -> None:
        self.top.show_place(str(replace(address, path="")), "All registries")
        self.view.show_address(address)

    def commands(self) -> tuple[Action, ...]:
        """What can be done now, for the command palette."""
        return (*self.view.commands(), self._favourite)

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
