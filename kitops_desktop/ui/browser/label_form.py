"""What a registry is called and is for: name, stage, colour."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.registry.host_label import MAX_NAME, HostLabel, clean_name
from kitops_desktop.ui.browser.registry_mark import COLOUR_NAMES, STAGE_NAMES, dot_icon
from kitops_desktop.ui.widgets.parts import label


class LabelForm(QWidget):
    """``label`` is what is entered, ``changed`` tells of every change by the user."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setPlaceholderText("As it is called in your team")
        self.stage, self.colour = QComboBox(), QComboBox()
        for stage, text in STAGE_NAMES.items():
            self.stage.addItem(text, stage)
        for colour, text in COLOUR_NAMES.items():
            self.colour.addItem(dot_icon(colour), text, colour)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for text, field, share in (
            ("&Name", self.name, 3),
            ("Sta&ge", self.stage, 1),
            ("C&olour", self.colour, 1),
        ):
            row.addLayout(_captioned(text, field), share)
        self.name.textEdited.connect(lambda _: self.changed.emit())
        for choice in (self.stage, self.colour):
            choice.activated.connect(lambda _: self.changed.emit())

    @property
    def label(self) -> HostLabel:
        return HostLabel(clean_name(self.name.text()), self.colour.currentData(), self.stage.currentData())

    def show_label(self, shown: HostLabel) -> None:
        self.name.setText(shown.name)
        self.stage.setCurrentIndex(self.stage.findData(shown.stage))
        self.colour.setCurrentIndex(self.colour.findData(shown.colour))


def _captioned(text: str, field: QWidget) -> QVBoxLayout:
    caption = label(text, "strong")
    caption.setBuddy(field)
    field.setAccessibleName(text.replace("&", ""))
    column = QVBoxLayout()
    column.setSpacing(5)
    column.addWidget(caption)
    column.addWidget(field)
    return column
