"""What can be done, as data: menu, command palette, list of shortcuts and keys read the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kitops_desktop.ui.icons import icon


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """``shortcut`` is in Qt's words ("Ctrl+O"); ``group`` is its heading in the list of shortcuts."""

    text: str
    run: Callable[[], None]
    shortcut: str = ""
    icon: str = ""
    group: str = ""
    available: Callable[[], bool] = _always


def add_keys(widget: QWidget, actions: Iterable[Action]) -> None:
    """The keys of the actions count while the focus is anywhere in ``widget``."""
    for action in actions:
        if action.shortcut:
            made = to_qaction(action, widget)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            widget.addAction(made)


def to_qaction(action: Action, parent: QObject) -> QAction:
    """A ``QAction`` with its key. Whether it is available is asked when it is triggered."""
    made = QAction(action.text, parent)
    if action.icon:
        made.setIcon(icon(action.icon))
    if action.shortcut:
        made.setShortcut(QKeySequence(action.shortcut))
    made.triggered.connect(lambda: action.run() if action.available() else None)
    return made


def to_menu_action(action: Action, menu: QMenu) -> QAction:
    """A ``QAction`` that only shows its key, for what ``add_keys`` has: a key of two actions does neither."""
    made = to_qaction(action, menu)
    made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    return made
