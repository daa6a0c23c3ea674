"""Whether a model fits into memory, as it is and made smaller."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kitops_desktop.preview.memory_need import OVERHEAD, MemoryNeed, memory_of_this_computer
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.parts import label

_GIB = 1 << 30
_PAUSE = 600  # milliseconds
_HEADS = ("Precision", "Weights", f"With {OVERHEAD} % more")
_MOST = 4


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
        self.field.setAccessibleName("Memory that the model is to fit")
        self.field.setValue((memory or self._own or 16 * _GIB) / _GIB)
        self.field.valueChanged.connect(self._on_changed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._tell)
        self._this = click_button("This computer's", self._use_own, kind="quiet")
        self._this.setToolTip(f"{size_text(self._own)} of main memory")
        if not self._own:  # setVisible(True) would open a window, as it has no parent yet
            self._this.hide()
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

    def _lay_out(self) -> None:
        title = QLabel("&Memory")
        title.setBuddy(self.field)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(title)
        top.addWidget(self.field)
        top.addWidget(self._this)
        top.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        for column, text in enumerate(_HEADS):
            grid.addWidget(label(text, "caption"), 0, column)
        for row, cells in enumerate(self._rows, 1):
            for column, cell in enumerate(cells):
                grid.addWidget(cell, row, column)
        grid.setColumnStretch(4, 1)
        hint = f"{OVERHEAD} % for buffers, activations and a short context; a long one takes more."
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 8, 2, 4)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addLayout(grid)
        layout.addWidget(label(hint, "caption", wrap=True))

    def _refresh(self) -> None:
        for number, (precision, weights, total, fits) in enumerate(self._rows):
            shown = number < len(self._needs)
            for cell in (precision, weights, total, fits):
                cell.setVisible(shown)
            if shown:
                need = self._needs[number]
                does_fit = need.fits(self.memory)
                precision.setText(need.precision)
                weights.setText(size_text(need.weights))
                total.setText(size_text(need.total))
                fits.show_text("fits" if does_fit else "does not fit", "success" if does_fit else "warning")
                fits.setAccessibleName(f"{need.precision}: {'fits' if does_fit else 'does not fit'}")

    def _on_changed(self) -> None:
        self._refresh()
        self._pause.start()

    def _use_own(self) -> None:
        self.field.setValue(self._own / _GIB)

    def _tell(self) -> None:
        is_own = abs(self.memory - self._own) < _GIB // 10
        self.memory_changed.emit(0 if is_own else self.memory)
