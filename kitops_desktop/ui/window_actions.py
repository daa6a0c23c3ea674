"""What can be done anywhere in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kitops_desktop.errors import KitOpsError
from kitops_desktop.settings import Appearance
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.desktop_files import open_in_desktop
from kitops_desktop.ui.navigation import WELCOME
from kitops_desktop.ui.pages import PAGES
from kitops_desktop.ui.shortcuts_sheet import about_sheet, shortcuts_sheet
from kitops_desktop.workspace import Workspace

if TYPE_CHECKING:
    from kitops_desktop.ui.main_window import MainWindow


def window_actions(window: MainWindow, workspace: Workspace) -> tuple[Action, ...]:
    """The table behind menu, keys and command palette. Groups stand together."""
    host = window.sheet_host
    keys = lambda: shortcuts_sheet(_with_places(window.actions_table, window), host).open_sheet()  # noqa: E731
    return (
        Action("Open a folder…", window.choose_folder, "Ctrl+O", "folder-open", "Window"),
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
        Action("Keyboard shortcuts", keys, "Ctrl+/", "keyboard", "Help"),
        Action("Open the logs", partial(_open_logs, window, workspace), "", "logs", "Help"),
        Action("About KitOps Desktop", lambda: about_sheet(host).open_sheet(), "", "info", "Help"),
        Action("Quit", lambda: _close(window), "Ctrl+Q", "close", "Program"),
    )


def _with_places(table: tuple[Action, ...], window: MainWindow) -> tuple[Action, ...]:
    names = [kind for kind in PAGES.values() if kind.on_rail]
    places = tuple(
        Action(kind.text, partial(window.show_page, kind.name), f"Ctrl+{number}", kind.icon, "Places")
        for number, kind in enumerate(names, 1)
    )
    ways = (
        Action("Find or do", window.open_palette, "Ctrl+K", "search", "Places"),
        Action("Back", window.go_back, "Alt+Left", "back", "Places"),
        Action("Forward", window.go_forward, "Alt+Right", "forward", "Places"),
    )
    return (*places, *ways, *table)


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
