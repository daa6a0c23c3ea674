"""What can be done anywhere in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from kitops_desktop.errors import KitOpsError
from kitops_desktop.settings import Appearance
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.editor.projects_page import ProjectsPage
from kitops_desktop.ui.navigation import PROJECTS, REGISTRIES, WELCOME
from kitops_desktop.ui.pages import PAGES
from kitops_desktop.ui.shortcuts_sheet import about_sheet, shortcuts_sheet
from kitops_desktop.ui.widgets.search_field import SearchField
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.ui.main_window import MainWindow


def window_actions(window: MainWindow, workspace: Workspace) -> tuple[Action, ...]:
    """The table behind menu, keys and command palette. Groups stand together."""
    host = window.sheet_host
    return (
        Action("Open a folder…", window.choose_folder, "Ctrl+O", "folder-open", "Window"),
        Action("Open a Kitfile…", window.choose_kitfile, "Ctrl+Shift+O", "file", "Window"),
        Action("New Kitfile…", partial(_new_kitfile, window), "Ctrl+N", "plus", "Window"),
        Action("Open a reference…", partial(_open_reference, window), "Ctrl+L", "link", "Window"),
        Action("Filter what is shown", partial(_filter, window), "Ctrl+F", "search", "Window"),
        Action("Search registries…", partial(_search_seen, window), "Ctrl+Shift+F", "search", "Window"),
        Action("Add a registry…", partial(_add_registry, window), "", "registries", "Window"),
        Action("Welcome", partial(window.show_page, WELCOME), "", "sparkle", "Window"),
        Action("Light appearance", partial(_dress, window, workspace, "light"), "", "sun", "Appearance"),
        Action("Dark appearance", partial(_dress, window, workspace, "dark"), "", "moon", "Appearance"),
        Action(
            "Appearance of the system",
            partial(_dress, window, workspace, "system"),
            "",
            "appearance",
            "Appearance",
        ),
        Action("Keyboard shortcuts", partial(_show_keys, window), "Ctrl+/", "keyboard", "Help"),
        Action("Open the logs", partial(_open_logs, window, workspace), "", "logs", "Help"),
        Action("About KitOps Desktop", lambda: about_sheet(host).open_sheet(), "", "info", "Help"),
        Action("Quit", lambda: _close(window), "Ctrl+Q", "close", "Program"),
    )


def place_actions(window: MainWindow) -> tuple[Action, ...]:
    """Where one can go, with the keys of rail and top bar; those press the buttons there."""
    on_rail = [kind for kind in PAGES.values() if kind.on_rail]
    return tuple(
        Action(kind.text, partial(window.show_page, kind.name), f"Ctrl+{number}", kind.icon, "Places")
        for number, kind in enumerate(on_rail, 1)
    )


def _way_actions(window: MainWindow) -> tuple[Action, ...]:
    return (
        Action("Find or do", window.open_palette, "Ctrl+K", "search", "Ways"),
        Action("Back", window.go_back, "Alt+Left", "back", "Ways"),
        Action("Forward", window.go_forward, "Alt+Right", "forward", "Ways"),
        Action("Menu", window.open_menu, "F10", "menu", "Ways"),
    )


def _filter(window: MainWindow) -> None:
    """Go to the field that filters the page, the lowest where there are several: it is of what is opened."""
    shown = window.page(window.place.page)
    fields = [field for field in shown.findChildren(SearchField) if field.isVisible() and field.isEnabled()]
    if fields:
        lowest = max(fields, key=lambda field: field.mapTo(shown, field.rect().topLeft()).y())
        lowest.setFocus(Qt.FocusReason.ShortcutFocusReason)
        lowest.selectAll()


def _new_kitfile(window: MainWindow) -> None:
    if window.place.page != PROJECTS:
        window.show_page(PROJECTS)
    page = window.page(PROJECTS)
    assert isinstance(page, ProjectsPage)
    page.ask_new_kitfile()


def _open_reference(window: MainWindow) -> None:
    _registries(window).open_by_reference()


def _search_seen(window: MainWindow) -> None:
    _registries(window).search_seen()


def _add_registry(window: MainWindow) -> None:
    _registries(window).care.add()


def _registries(window: MainWindow) -> BrowserPage:
    window.show_page(REGISTRIES)
    page = window.page(REGISTRIES)
    assert isinstance(page, BrowserPage)
    return page


def _show_keys(window: MainWindow) -> None:
    table = (*place_actions(window), *_way_actions(window), *window.actions_table, *window.page_actions())
    shortcuts_sheet(table, window.sheet_host).open_sheet()


def _dress(window: MainWindow, workspace: Workspace, appearance: Appearance) -> None:
    window.theme.set_appearance(appearance)
    try:
        workspace.change_settings(appearance=appearance)
    except KitOpsError as error:
        window.show_error(error)


def _open_logs(window: MainWindow, workspace: Workspace) -> None:
    try:
        open_in_desktop(workspace.folders.logs)
    except KitOpsError as error:
        window.show_error(error)


def _close(window: MainWindow) -> None:
    window.close()
