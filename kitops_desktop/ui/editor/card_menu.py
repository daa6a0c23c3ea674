"""Where an entry can go: the menu of its card, and the keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kitops_desktop.kitfile.entry_moves import LISTS, MODEL
from kitops_desktop.ui.editor.field_names import FieldPath
from kitops_desktop.ui.editor.form_fields import SECTIONS
from kitops_desktop.ui.editor.sections import TARGETS
from kitops_desktop.ui.icons import icon

_KEYS = {target.section: target.shortcut for target in TARGETS if target.section in (*LISTS, MODEL)}
"""The same as in the tree of the folder."""

_STEP_ICONS = {-1: "chevron-up", 1: "chevron-down"}
_STEP_TEXTS = {-1: "Move up\tAlt+Up", 1: "Move down\tAlt+Down"}


class MoveMenu(QMenu):
    """Goes away when it is closed."""

    chosen = Signal(object)  # FieldPath of a section
    step_chosen = Signal(int)  # -1 up or 1 down


def move_menu(what: str, section: FieldPath, steps: Mapping[int, bool], parent: QWidget) -> MoveMenu:
    """Where an entry of ``section`` can go: the ``steps`` (-1 up, 1 down) that can be made are True, then
    the other sections.
    """
    menu = MoveMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(f"Move {what} to")
    for step, can_go in steps.items():
        action = menu.addAction(icon(_STEP_ICONS[step]), _STEP_TEXTS[step])
        action.setEnabled(can_go)
        action.triggered.connect(lambda _=False, step=step: menu.step_chosen.emit(step))
    if steps:
        menu.addSeparator()
    for one in SECTIONS:
        if one.path == section or (one.path not in LISTS and one.path != MODEL):
            continue
        action = menu.addAction(icon(one.icon), f"Move to {one.title}\t{_KEYS[one.path]}")
        action.triggered.connect(lambda _=False, path=one.path: menu.chosen.emit(path))
    return menu


def target_of_key(event: QKeyEvent) -> FieldPath | None:
    """The section that a key sends an entry to."""
    pressed = QKeySequence(event.keyCombination())
    return next((section for section, keys in _KEYS.items() if QKeySequence(keys) == pressed), None)
