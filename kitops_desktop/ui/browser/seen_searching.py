"""From letters typed on the page of registries to what was seen before, without asking any registry."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.registries_list import RegistriesList
from kitops_desktop.ui.browser.registry_mark import label_text
from kitops_desktop.ui.browser.seen_reads import search_seen
from kitops_desktop.ui.browser.seen_results import SeenGroup, grouped
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class SeenSearching(QObject):
    """Fills the results of the list; an empty field shows the registries again."""

    def __init__(self, workspace: Workspace, shown: RegistriesList, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._list = workspace, shown
        self._reader = Reader(workspace.background, self)
        self._shown_for = ""
        self._opens = False  # once found: Return was pressed before
        shown.search.searched.connect(self._on_searched)
        shown.search.textChanged.connect(self._on_typed)
        shown.search.returnPressed.connect(self._on_return)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        if not text.strip():
            self._reader.cancel()
            self._shown_for = ""
            self._list.show_found(None)
            return
        workspace = self._workspace

        def read(token: CancelToken) -> tuple[SeenGroup, ...]:
            hits = search_seen(workspace, text, token)
            return grouped(hits, text, lambda host: label_text(workspace.host_label(host)))

        def done(groups: tuple[SeenGroup, ...]) -> None:
            self._list.show_found(groups)
            self._shown_for = text
            if self._opens:
                self._on_return()

        self._reader.read(read, done, self._on_failed)

    @Slot()
    def _on_typed(self) -> None:
        self._opens = False

    @Slot()
    def _on_return(self) -> None:
        """Open the first match, once it is there."""
        self._opens = self._shown_for != self._list.search.text()
        if not self._opens:
            self._list.found.open_current()

    def _on_failed(self, error: Exception) -> None:
        log.warning("what was seen cannot be searched: %s", error)
        self._list.show_found(())
