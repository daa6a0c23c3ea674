"""The pages of the window, in the order of the rail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.ui.navigation import (
    LIBRARY,
    PROJECTS,
    REGISTRIES,
    SETTINGS,
    TRANSFERS,
    WELCOME,
    Navigator,
)
from kitops_desktop.ui.settings.settings_page import SettingsPage
from kitops_desktop.ui.transfers.transfers_page import TransfersPage
from kitops_desktop.ui.welcome.welcome_page import WelcomePage
from kitops_desktop.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PageKind:
    """``make`` makes the page; only those ``on_rail`` stand there, with a key from Ctrl+1 on."""

    name: str
    text: str
    icon: str
    make: Callable[[Workspace, Navigator], QWidget]
    on_rail: bool = True


PAGES = {
    kind.name: kind
    for kind in (
        PageKind(LIBRARY, "Library", "library", LibraryPage),
        PageKind(PROJECTS, "Projects", "projects", ProjectsPage),
        PageKind(REGISTRIES, "Registries", "registries", BrowserPage),
        PageKind(TRANSFERS, "Transfers", "transfers", TransfersPage),
        PageKind(SETTINGS, "Settings", "settings", SettingsPage),
        PageKind(WELCOME, "Welcome", "sparkle", WelcomePage, on_rail=False),
    )
}
