"""The question which layers come with the Kitfile when a kit is edited."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QListWidget, QListWidgetItem, QRadioButton, QVBoxLayout, QWidget

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.edit_choice import LayerOption
from kitops_desktop.ui.library.file_tree_model import printable

_INDENT = 26
_MOST_ROWS = 8
_ROW = 30  # pixels


class LayersForm(QWidget):
    """All, some, or only the Kitfile, which comes in any case."""

    changed = Signal()

    def __init__(self, options: tuple[LayerOption, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = QRadioButton("&All files, with the Kitfile")
        self._some = QRadioButton("&Some layers, with the Kitfile")
        self._none = QRadioButton("Only the &Kitfile")
        self.layers = self._make_list(options)
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for each in (self._all, self._some):
            layout.addWidget(each)
        inside = QVBoxLayout()
        inside.setContentsMargins(_INDENT, 0, 0, 0)
        inside.addWidget(self.layers)
        layout.addLayout(inside)
        layout.addWidget(self._none)
        self._all.setChecked(True)
        self._some.setVisible(bool(options))
        self._all.setVisible(bool(options))
        if not options:
            self._none.setChecked(True)
        for each in (self._all, self._some, self._none):
            group.addButton(each)
            each.toggled.connect(self._on_toggled)
        self.layers.itemChanged.connect(lambda _: self.changed.emit())

    @property
    def is_all(self) -> bool:
        return self._all.isChecked()

    @property
    def filters(self) -> tuple[str, ...]:
        """One filter for each layer that is wanted."""
        if self._none.isChecked():
            return ()
        items = [self.layers.item(row) for row in range(self.layers.count())]
        ticked = Qt.CheckState.Checked
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if self._all.isChecked() or item.checkState() is ticked
        )

    def _make_list(self, options: tuple[LayerOption, ...]) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName("Layers")
        for option in options:
            item = QListWidgetItem(icon(option.icon), printable(option.text), made)
            item.setData(Qt.ItemDataRole.UserRole, option.filter)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        made.setFixedHeight(min(len(options), _MOST_ROWS) * _ROW + 6)
        made.hide()
        return made

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        self.layers.setVisible(self._some.isChecked())
        if checked:
            self.changed.emit()
