"""Opening what a page of Harbor is about, once Harbor has said what it calls the project."""

from __future__ import annotations

from PySide6.QtCore import QObject

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.vendor_listing.harbor import project_name
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.own_pages import HarborPage
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace


class PageOpening(QObject):
    """Asks in the background. What is in the way (a sign-in, the network) is told by the registry's own page,
    which has the remedies.
    """

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.registry_reads, self)

    def open(self, page: HarborPage) -> None:
        workspace, go = self._workspace, self._navigator

        def read(token: CancelToken) -> str:
            found = workspace.credentials.find(page.host)
            credential = found.credential if found is not None else None
            client = workspace.registries.client(page.host)
            return project_name(client, workspace.host_options(page.host), page.number, credential, token)

        def failed(error: Exception) -> None:
            go.show_error(error)
            go.open_remote(page.host)

        self._reader.read(read, lambda name: go.open_remote(page.reference(name)), failed)
