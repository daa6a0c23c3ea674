"""A list of texts as chips: typed, pasted, edited, moved and removed, by keys and by mouse."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QSizePolicy, QWidget

from kitops_desktop.ui.editor.field_edit import FieldEdit
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.flow_layout import FlowLayout
from kitops_desktop.ui.widgets.parts import label, restyle

_CHIP_TYPE = "application/x-kitops-desktop-chip"
_BREAK = re.compile("[,;\n]")
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
MOST_CHIPS = 60
_WIDEST = 200
"""Pixels of text in a chip; the tool tip has all of it."""
_KEYS_HELP = "Enter edits, Delete removes, Alt+Left and Alt+Right move"


class ChipsField(QFrame):
    """What is being typed counts as a text already, so that nothing is lost when the focus goes elsewhere."""

    edited = Signal(object)  # tuple[str, ...]

    def __init__(self, name: str, one: str, hint: str, parent: QWidget | None = None) -> None:
        """``one`` is what a single text is called ("author")."""
        super().__init__(parent)
        self.setProperty("kind", "chips")
        self.setAccessibleName(name)
        self.setAcceptDrops(True)
        self._name, self._one, self._hint = name, one, hint
        self._values: tuple[str, ...] = ()
        """All texts; the one that is being typed is at ``_place`` when it is not empty."""
        self._place = 0
        self._chips: list[_Chip] = []
        self.edit = _ChipEdit(self)
        self.edit.setProperty("kind", "chip")
        self.edit.setAccessibleName(name)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.committed.connect(self.commit)
        self.edit.back_wanted.connect(self._edit_before)
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(5, 4, 5, 4)
        self._rest = label("", "caption")
        self._flow.addWidget(self._rest)
        self._flow.addWidget(self.edit)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._lay_out()

    @property
    def values(self) -> tuple[str, ...]:
        return self._values

    def show_values(self, values: tuple[str, ...]) -> None:
        """Show other texts; what is being typed stays when they are the same."""
        if values == self._values:
            return
        self._values = values
        self._place = len(values)
        self.edit.setText("")
        self._lay_out()

    @Slot()
    def commit(self) -> None:
        """What was typed becomes a chip."""
        if self.edit.text() or self._place < len(self._values):
            self._place = len(self._values)
            self.edit.setText("")
            self._lay_out()

    def remove(self, index: int) -> None:
        self.commit()
        values = (*self._values[:index], *self._values[index + 1 :])
        self._change(values)
        self._focus_chip(min(index, len(values) - 1))

    def move_text(self, index: int, target: int) -> None:
        """Put the text ``index`` at the place ``target``."""
        self.commit()
        if not 0 <= target < len(self._values) or index == target:
            return
        values = list(self._values)
        values.insert(target, values.pop(index))
        self._change(tuple(values))
        self._focus_chip(target)

    def begin_edit(self, index: int) -> None:
        """The text of a chip goes into the line, at its place."""
        self.commit()
        self._place = index
        self.edit.setText(self._values[index])
        self._lay_out()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.source() in self._chips and event.mimeData().hasFormat(_CHIP_TYPE):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        source = event.source()
        index = next((place for place, chip in enumerate(self._chips) if chip is source), -1)
        if index >= 0:
            target = self._place_at(event.position().toPoint())
            self.move_text(index, target - 1 if target > index else target)

    def _change(self, values: tuple[str, ...]) -> None:
        self._values = values
        self._place = len(values)
        self._lay_out()
        self.edited.emit(values)

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        before = self._values[: self._place]
        was_typed = self._typed()
        after = self._values[self._place + (1 if was_typed else 0) :]
        pieces = tuple(piece.strip() for piece in _BREAK.split(text) if piece.strip())
        self._values = (*before, *pieces, *after)
        if _BREAK.search(text):
            rest = _BREAK.split(text)[-1].strip()  # what follows the last comma is typed on
            self._place += len(pieces) - (1 if rest else 0)
            self.edit.setText(rest)
            self._lay_out()
        self.edit.set_typed(bool(self.edit.text().strip()))
        self.edited.emit(self._values)

    def _typed(self) -> bool:
        """Whether one of the texts stands in the line."""
        return self.edit.is_typed

    @Slot()
    def _edit_before(self) -> None:
        if self._place > 0:
            self.begin_edit(self._place - 1)

    def _lay_out(self) -> None:
        """A chip for each text but the one that is being typed."""
        typed = bool(self.edit.text().strip())
        self.edit.set_typed(typed)
        shown = [
            (index, text) for index, text in enumerate(self._values) if not (typed and index == self._place)
        ]
        left = len(shown) - MOST_CHIPS
        del shown[MOST_CHIPS:]
        self._rest.setText(f"and {left:,} more in the text" if left > 0 else "")
        self._rest.setVisible(left > 0)
        while len(self._chips) > len(shown):
            chip = self._chips.pop(self._first_other(shown))
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        while len(self._chips) < len(shown):
            place = self._first_other(shown)
            self._chips.insert(place, _Chip(self))
            self._flow.insert_widget(place, self._chips[place])
        for chip, (index, text) in zip(self._chips, shown, strict=True):
            chip.show_text(index, text, f"{self._one} {text}")
        self._flow.removeWidget(self.edit)
        at_end = self._place >= len(self._chips)
        self._flow.insert_widget(self._flow.count() if at_end else self._place, self.edit)
        self.edit.setPlaceholderText("" if self._values else self._hint)
        self._order_focus()
        self.updateGeometry()

    def _first_other(self, shown: list[tuple[int, str]]) -> int:
        """The first chip that has another text to show: one that is pressed keeps its own."""
        texts = [chip.shown for chip in self._chips]
        pairs = enumerate(zip(texts, (text for _, text in shown), strict=False))
        return next((place for place, (a, b) in pairs if a != b), min(len(texts), len(shown)))

    def _order_focus(self) -> None:
        """As they stand; the line keeps its place among the other fields, and leads them all."""
        place = min(self._place, len(self._chips))
        for chip in self._chips[:place]:
            QWidget.setTabOrder(self.edit, chip)
            QWidget.setTabOrder(chip, self.edit)
        for one, other in pairwise((self.edit, *self._chips[place:])):
            QWidget.setTabOrder(one, other)

    def _focus_chip(self, index: int) -> None:
        target: QWidget = self._chips[index] if 0 <= index < len(self._chips) else self.edit
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, index: int, by: int) -> None:
        """The focus goes to the next chip, or into the line."""
        self._focus_chip(index + by if index + by >= 0 else 0)

    def _place_at(self, point: QPoint) -> int:
        """Before which text a drop at ``point`` puts something."""
        for place, chip in enumerate(self._chips):
            in_row = chip.y() <= point.y() <= chip.y() + chip.height()
            if point.y() < chip.y() or (in_row and point.x() < chip.x() + chip.width() / 2):
                return place
        return len(self._chips)

    def show_focus(self, focused: bool) -> None:
        if bool(self.property("focused")) != focused:
            restyle(self, focused=focused)


class _ChipEdit(FieldEdit):
    """Enter ends a text, Backspace at the start takes the one before."""

    committed = Signal()
    back_wanted = Signal()

    def __init__(self, field: ChipsField) -> None:
        super().__init__(None, field)
        self._field = field
        self.is_typed = False

    def set_typed(self, typed: bool) -> None:
        self.is_typed = typed

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in _PLAIN:
            self.committed.emit()
        elif event.key() == Qt.Key.Key_Backspace and at_start and not self.text():
            self.back_wanted.emit()
        elif event.key() == Qt.Key.Key_Left and at_start and event.modifiers() in _PLAIN:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusInEvent(event)
        self._field.show_focus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        self._field.show_focus(False)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._field.commit()


class _Chip(QPushButton):
    """One text. A click edits it, the middle button and Delete remove it, dragging moves it."""

    def __init__(self, field: ChipsField) -> None:
        super().__init__(field)
        self.setProperty("kind", "chip")
        self.setAutoDefault(False)
        self.setIcon(icon("close", "muted"))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the text
        self._field = field
        self._index = 0
        self.shown = ""
        self._pressed_at = QPoint()

    def show_text(self, index: int, text: str, name: str) -> None:
        self._index = index
        if self.shown != text:
            self.shown = text
            shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST)
            self.setText(_escaped(shown))
            self.setAccessibleName(name)
            self.setAccessibleDescription(_KEYS_HELP)
            self.setToolTip(f"{text}\n{_KEYS_HELP}")
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self._field.move_text(self._index, self._index + steps[Qt.Key(event.key())])
        elif event.key() in steps and event.modifiers() in _PLAIN:
            self._field.step(self._index, steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._field.remove(self._index)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space):
            self._field.begin_edit(self._index)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right)
            if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in arrows:
                event.accept()  # they would leave the page
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._pressed_at = event.position().toPoint()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._field.remove(self._index)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if event.buttons() & Qt.MouseButton.LeftButton and moved >= QApplication.startDragDistance():
            self.setDown(False)
            drag = QDrag(self)
            mime = QMimeData()
            mime.setData(_CHIP_TYPE, b"")
            drag.setMimeData(mime)
            drag.setPixmap(self.grab())
            drag.exec(Qt.DropAction.MoveAction)
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        was_down = self.isDown()
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton or not was_down:
            return
        on_cross = event.position().x() > self.width() - self.iconSize().width() - 10
        (self._field.remove if on_cross else self._field.begin_edit)(self._index)


def _escaped(text: str) -> str:
    """``&`` marks a key in the text of a button."""
    return text.replace("&", "&&")
