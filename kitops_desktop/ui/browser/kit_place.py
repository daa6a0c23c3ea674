"""A kit in a registry, below the way back to the versions of its repository."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.place_top import PlaceTop
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace


class KitPlace(QWidget):
    """Sheets lie over ``host``, the page it is part of."""

    def __init__(
        self, workspace: Workspace, navigator: Navigator, favouring: Favouring, host: QWidget
    ) -> None:
        super().__init__(host)
        self._workspace, self._navigator = workspace, navigator
        self._reference: Reference | None = None
        self.top = PlaceTop(favouring, self)
        self.view = RemoteKitView(workspace, navigator, host)
        self.top.back_wanted.connect(self._to_repository)
        self.view.kit.shown.connect(lambda _: self.top.pass_focus_to(self.view.kit.tabs.tabBar()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.top)
        column.addWidget(self.view, 1)

    def show_reference(self, reference: Reference) -> None:
        self._reference = reference
        label = self._workspace.host_label(reference.registry)
        self.top.show_place(str(reference), f"All versions of {reference.repository}", label)
        self.view.show_reference(reference)

    def _to_repository(self) -> None:
        if self._reference is not None:
            self._navigator.open_remote(self._reference.repository_name)
