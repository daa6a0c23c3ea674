"""Whether a model fits into memory, as it is and made smaller."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.preview.memory_need import OVERHEAD, MemoryNeed, memory_of_this_computer
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.parts import label

_GIB = 1 << 30
_PAUSE = 600  # milliseconds
_HEADS = ("Precision", "Weights", f"With {OVERHEAD} % more")
_MOST = 4
_GAP, _EDGE = 14, 2  # pixels
_FIELD = 120  # pixels: the range would make it wider than any memory


class MemoryView(QWidget):
    """``memory_changed`` carries bytes once somebody has settled on another amount, 0 for this computer's."""

    memory_changed = Signal(object)  # int

    def __init__(self, memory: int, parent: QWidget | None = None) -> None:
        """``memory`` in bytes, 0 for what this computer has."""
        super().__init__(parent)
        self._own = memory_of_this_computer() or 0
        self._needs: tuple[MemoryNeed, ...] = ()
        self.field = QDoubleSpinBox()
        self.field.setRange(0.1, 1 << 20)
        self.field.setDecimals(1)
        self.field.setSuffix(" GiB")
        self.field.setFixedWidth(_FIELD)
        self.field.lineEdit().setTextMargins(8, 0, 0, 0)  # a style sheet's padding does not move its text
        self.field.setAccessibleName("Memory that the model is to fit")
        self.field.setValue((memory or self._own or 16 * _GIB) / _GIB)
        self.field.valueChanged.connect(self._on_changed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._tell)
        self._this = click_button("This computer's", self._use_own, kind="quiet")
        self._this.setToolTip(f"{size_text(self._own)} of main memory")
        if not self._own:  # setVisible(True) would open a window, as it has no parent yet
            self._this.hide()
        self._heads = [label(text, "caption") for text in _HEADS]
        self._rows = [(label(), label(), label(), Badge()) for _ in range(_MOST)]
        self._lay_out()

    @property
    def memory(self) -> int:
        """Bytes that count now."""
        return int(self.field.value() * _GIB)

    def show_needs(self, needs: Sequence[MemoryNeed]) -> None:
        self._needs = tuple(needs[:_MOST])
        self.setVisible(bool(needs))
        self._refresh()

    def set_memory(self, memory: int) -> None:
        """Show what was chosen elsewhere; 0 for what this computer has."""
        if not self._pause.isActive():
            self.field.blockSignals(True)
            self.field.setValue((memory or self._own or 16 * _GIB) / _GIB)
            self.field.blockSignals(False)
            self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        title = QLabel("&Memory")
        title.setBuddy(self.field)
        self._asked = QHBoxLayout()
        self._asked.setSpacing(8)
        self._asked.addWidget(title)
        self._asked.addWidget(self.field)
        self._asked.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(8)
        self._top.addLayout(self._asked)
        self._top.addWidget(self._this, 0, Qt.AlignmentFlag.AlignLeft)
        self._top.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(4)
        for column, head in enumerate(self._heads):
            grid.addWidget(head, 0, column)
        for row, cells in enumerate(self._rows, 1):
            for column, cell in enumerate(cells):
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(4, 1)
        hint = f"{OVERHEAD} % for buffers, activations and a short context; a long one takes more."
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE, 8, _EDGE, 4)
        layout.setSpacing(8)
        layout.addLayout(self._top)
        layout.addLayout(grid)
        layout.addWidget(label(hint, "caption", wrap=True))

    def _arrange(self) -> None:
        """What a narrow panel has no room for: the button beside the field stands below it, the weights
        without what is added to them are not told, and of the precision only that it is the file's own.
        """
        room = self.width() - 2 * _EDGE
        beside = self._asked.sizeHint().width() + self._top.spacing() + self._this.sizeHint().width()
        directions = QBoxLayout.Direction
        self._top.setDirection(directions.LeftToRight if room >= beside else directions.TopToBottom)
        is_wide = room >= self._table_width()
        self._heads[1].setVisible(is_wide)
        for need, (precision, weights, *_) in zip(self._needs, self._rows, strict=False):
            precision.setText(need.precision if is_wide else need.precision.partition(" (")[0])
            weights.setVisible(is_wide)

    def _table_width(self) -> int:
        """Pixels that all columns want."""
        words = self._heads[0].fontMetrics()
        first = max((words.horizontalAdvance(need.precision) for need in self._needs), default=0)
        rest = 0
        for column in range(1, len(self._rows[0])):
            cells: list[QWidget] = [row[column] for row in self._rows]
            cells += self._heads[column : column + 1]
            rest += _GAP + max(cell.sizeHint().width() for cell in cells)
        return first + rest

    def _refresh(self) -> None:
        for number, (precision, weights, total, fits) in enumerate(self._rows):
            shown = number < len(self._needs)
            for cell in (precision, weights, total, fits):
                cell.setVisible(shown)
            if shown:
                need = self._needs[number]
                does_fit = need.fits(self.memory)
                weights.setText(size_text(need.weights))
                total.setText(size_text(need.total))
                fits.show_text("fits" if does_fit else "does not fit", "success" if does_fit else "warning")
                fits.setAccessibleName(f"{need.precision}: {'fits' if does_fit else 'does not fit'}")
        self._arrange()

    def _on_changed(self) -> None:
        self._refresh()
        self._pause.start()

    def _use_own(self) -> None:
        self.field.setValue(self._own / _GIB)

    def _tell(self) -> None:
        is_own = abs(self.memory - self._own) < _GIB // 10
        self.memory_changed.emit(0 if is_own else self.memory)
