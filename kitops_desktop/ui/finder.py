"""Fills the command palette."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.entered_address import read_address
from kitops_desktop.ui.browser.hugging_face_lines import hugging_face_in
from kitops_desktop.ui.browser.own_pages import HarborPage, gitlab_page
from kitops_desktop.ui.browser.page_opening import PageOpening
from kitops_desktop.ui.browser.pasted_lines import reference_in_line
from kitops_desktop.ui.browser.web_pages import reference_of_page
from kitops_desktop.ui.command_palette import CommandPalette
from kitops_desktop.ui.command_search import Entry
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.window_reads import found_entries, remote_entries, seen_entries
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)

_PAUSE = 120  # milliseconds of rest before what was seen is searched


class Finder:
    """Commands are there at once; ModelKits, projects and registries when they have been read."""

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        self._workspace, self._navigator = workspace, navigator
        self.palette = CommandPalette(host)
        self.palette.otherwise = self._in_registry
        self.palette.why_nothing = self._why_nothing
        self._pages = PageOpening(workspace, navigator, host)
        self._reader = Reader(workspace.background, self.palette, latest_only=False)
        self._seen_reader = Reader(workspace.background, self.palette)
        self._pause = QTimer(self.palette, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._search_seen)
        self._text = ""
        self.palette.typed.connect(self._on_typed)

    def open_with(self, actions: Sequence[Action]) -> None:
        entries = [
            Entry(action.text, action.run, action.icon, action.shortcut)
            for action in actions
            if action.available()
        ]
        self.palette.open_palette(entries)
        workspace, go = self._workspace, self._navigator
        find = partial(found_entries, workspace.store, workspace.projects, go.open_kit, go.open_project)
        self._reader.cancel()
        self._reader.read(find, self.palette.add_entries, self._log_error)
        registries = sorted(workspace.settings.registries)
        self._reader.read(
            lambda _: remote_entries(registries, workspace.history, go.open_remote),
            self.palette.add_entries,
            self._log_error,
        )

    def _on_typed(self, text: str) -> None:
        self._text = text
        self._seen_reader.cancel()
        self._pause.start()

    def _search_seen(self) -> None:
        """Look among what was seen in registries, too; none of them is asked."""
        text, workspace, go = self._text, self._workspace, self._navigator
        if not text.strip():
            return
        self._seen_reader.read(
            lambda token: seen_entries(workspace, text, go.open_remote, token),
            lambda entries: self.palette.show_further(text, entries),
            self._log_error,
        )

    def _in_registry(self, text: str) -> tuple[Entry, ...]:
        """What somebody pasted, if it is a reference or the name of a repository."""
        try:
            address = read_address(text, self._workspace.settings.registries)
        except InvalidArgument:
            return ()
        if address.hugging_face is not None:
            run = partial(self._navigator.open_remote, address.place)
            return (Entry(f"Open {address.place}", run, "registries", "on Hugging Face"),)
        if address.page is not None and not address.plain_http:
            what = address.page.name if isinstance(address.page, HarborPage) else address.page.project
            name = f"Open {what} of {address.host}"
            return (Entry(name, partial(self._pages.open, address.page), "registries", "in its registry"),)
        is_meant = bool(address.repository) or " " in text.strip() or "://" in text
        if not is_meant or address.plain_http:
            return ()
        run = partial(self._navigator.open_remote, address.place)
        return (Entry(f"Open {address.place}", run, "registries", "in its registry"),)

    def _log_error(self, error: Exception) -> None:
        """Its page tells about a store that cannot be read; the palette has one kind of entry less."""
        log.info("ModelKits and projects are not found: %s", error)

    def _why_nothing(self, text: str) -> str:
        """Why what somebody pasted does not open, if it is a line or an address that we know of."""
        try:
            hosts = self._workspace.settings.registries
            hugging_face_in(text) or reference_in_line(text)
            gitlab_page(text, hosts) or reference_of_page(text)
        except InvalidArgument as error:
            return error.message
        return ""
