"""Opening what a page of Harbor or GitLab is about, once that has said what is behind the number on it."""

from __future__ import annotations

import logging
from contextlib import suppress

from PySide6.QtCore import QObject

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import CredentialError, RegistryError
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.catalog import repositories
from kitops_desktop.registry.vendor_listing.gitlab import GitLab
from kitops_desktop.registry.vendor_listing.harbor import project_name
from kitops_desktop.registry.vendor_listing.vendors import vendor_of
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.own_pages import GitLabPage, HarborPage
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class PageOpening(QObject):
    """Asks in the background. What is in the way (a sign-in, the network) is told by the registry's own page,
    which has the remedies.
    """

    def __init__(self, workspace: Workspace, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._navigator = workspace, navigator
        self._reader = Reader(workspace.registry_reads, self)

    def open(self, page: HarborPage | GitLabPage) -> None:
        workspace, go = self._workspace, self._navigator

        def read(token: CancelToken) -> str:
            if isinstance(page, GitLabPage):
                return page.reference(_path_of(workspace, page, token))
            return page.reference(_project_of(workspace, page, token))

        def failed(error: Exception) -> None:
            go.show_error(error)
            go.open_remote(page.host)

        self._reader.read(read, go.open_remote, failed)


def _project_of(workspace: Workspace, page: HarborPage, token: CancelToken) -> str:
    client, options = workspace.registries.client(page.host), workspace.host_options(page.host)
    return project_name(client, options, page.number, _credential(workspace, page.host), token)


def _path_of(workspace: Workspace, page: GitLabPage, token: CancelToken) -> str:
    """ "" where GitLab does not say: the project is there all the same."""
    client = workspace.registries.client(page.host)
    try:
        with suppress(RegistryError):  # its answer says where GitLab is
            repositories(client, token)
        vendor = vendor_of(client)
        if isinstance(vendor, GitLab):
            return vendor.path_of(page.number, _credential(workspace, page.host), token)
    except (RegistryError, CredentialError) as error:
        log.info("what is behind number %d of %s: %s", page.number, page.host, error)
    return ""


def _credential(workspace: Workspace, host: str) -> Credential | None:
    found = workspace.credentials.find(host)
    return found.credential if found is not None else None
