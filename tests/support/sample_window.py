"""A small window by which the harness is proved: a field, buttons, a list, and a place to drop files."""

from __future__ import annotations

import sys

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)


class SampleWindow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Sample")
        self.setAcceptDrops(True)
        self._said = QLabel("Nothing yet")
        name, colour, items = QLineEdit(), QComboBox(), QListWidget()
        colour.addItems(["red", "green", "blue"])
        items.addItems([f"item {number}" for number in range(100)])
        items.setAccessibleName("Items")
        items.currentTextChanged.connect(self._said.setText)
        greet, agree = QPushButton("Greet"), QCheckBox("Agree")
        greet.clicked.connect(lambda: self._said.setText(f"Hello {name.text()}"))
        scheme = QLabel(QGuiApplication.styleHints().colorScheme().name)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda new: scheme.setText(new.name))
        layout = QFormLayout(self)
        layout.addRow("&Name", name)
        layout.addRow("&Colour", colour)
        for widget in (agree, items, greet, self._said, scheme):
            layout.addRow(widget)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._said.setText(", ".join(url.toLocalFile() for url in event.mimeData().urls()))
        event.acceptProposedAction()


def main() -> int:
    application = QApplication(sys.argv)
    window = SampleWindow()
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
