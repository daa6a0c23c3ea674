"""A program of its own that shows one item to drag for each path of its command line, like a file manager.

Each item is a label named after its file; dragging it offers the file's address to whatever takes it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget


class DraggableFile(QLabel):
    def __init__(self, path: Path) -> None:
        super().__init__(path.name)
        self._path = path
        self.setMargin(12)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton:
            content = QMimeData()
            content.setUrls([QUrl.fromLocalFile(str(self._path))])
            drag = QDrag(self)
            drag.setMimeData(content)
            drag.exec(Qt.DropAction.CopyAction)


def main(paths: list[str]) -> int:
    application = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("Files to drag")
    layout = QVBoxLayout(window)
    for path in paths:
        layout.addWidget(DraggableFile(Path(path).absolute()))
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
