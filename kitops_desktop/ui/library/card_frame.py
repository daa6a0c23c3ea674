"""One entry of a Kitfile as a card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.overview import Card, Fields
from kitops_desktop.ui.units import exact_size_text, size_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import label

_ICON = 18
_ROWS_SHOWN = 8
_LONG_WORD = 40


class CardFrame(QFrame):
    """Title, what kind of entry it is, size of its layer, description, fields, and parameters as a table."""

    def __init__(self, card: Card, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{card.kind}: {card.title}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(_heading(card))
        if card.description:
            layout.addWidget(label(card.description, wrap=True, selectable=True))
        if card.fields:
            layout.addLayout(_fields(card.fields))
        if card.copied:
            copy = click_button("Copy digest", lambda: copy_text(card.copied), "copy", "link")
            copy.setAccessibleName(f"Copy digest of {card.title}")
            layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        if card.parameters:
            layout.addWidget(label("Parameters", "caption"))
            layout.addWidget(_parameters(card))


def _heading(card: Card) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(9)
    picture = QLabel()
    picture.setPixmap(icon(card.icon, "accent").pixmap(_ICON, _ICON))
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    title = label(card.title, "strong", wrap=True, selectable=True)
    row.addWidget(title, 1)
    row.addWidget(label(card.kind, "caption"), 0, Qt.AlignmentFlag.AlignTop)
    if card.layer is not None:
        size = label(size_text(card.layer.descriptor.size), "muted")
        size.setToolTip(f"{exact_size_text(card.layer.descriptor.size)}\n{card.layer.descriptor.digest}")
        row.addWidget(size, 0, Qt.AlignmentFlag.AlignTop)
    return row


def _fields(fields: Fields) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(fields):
        grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        # a long word has no place to break at, and would make a narrow card wide
        is_long = len(value) > _LONG_WORD and " " not in value
        shown = ElidedLabel(value) if is_long else label(value, wrap=True, selectable=True)
        shown.setAccessibleName(f"{name}: {value}")
        grid.addWidget(shown, row, 1)
    return grid


def _parameters(card: Card) -> QTableWidget:
    table = QTableWidget(len(card.parameters), 2)
    table.setAccessibleName(f"Parameters of {card.title}")
    table.setHorizontalHeaderLabels(["Name", "Value"])
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)  # Tab would go round in it for ever
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(28)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    for row, (name, value) in enumerate(card.parameters):
        table.setItem(row, 0, QTableWidgetItem(name))
        shown = QTableWidgetItem(value)
        shown.setToolTip(value)
        table.setItem(row, 1, shown)
    table.setFixedHeight(min(len(card.parameters), _ROWS_SHOWN) * 28 + 38)
    return table
