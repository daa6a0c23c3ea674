"""What the window shows while a folder is dragged over it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from kitops_desktop.kitfile.lookup import KITFILE_NAMES
from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.icons import pixmap

_PICTURE = 48
ENTER_MILLISECONDS = 100
"""So long a drag may take from the window into the overlay."""


def dropped_folder(data: QMimeData) -> Path | None:
    """The one folder that is being dropped, or the folder of the one Kitfile; None for anything else."""
    if not data.hasUrls() or len(data.urls()) != 1 or not data.urls()[0].isLocalFile():
        return None
    path = Path(data.urls()[0].toLocalFile())
    if path.name in KITFILE_NAMES and path.is_file():
        return path.parent
    return path if path.is_dir() and os.access(path, os.R_OK) else None


class DropOverlay(QWidget):
    """Covers its parent and takes the drop, which fields of the pages would take for text otherwise."""

    dropped = Signal(object)  # Path

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._name = ""
        self._entered = False
        self.hide()

    def show_for(self, folder: Path) -> None:
        self._name = folder.name or str(folder)
        self._entered = False
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.setAccessibleName(f"Drop {self._name} to open it as a project")
        self.show()
        self.raise_()

    def parent_left(self) -> None:
        """The drag left the parent: into this overlay, unless it left the window."""
        QTimer.singleShot(ENTER_MILLISECONDS, self, lambda: None if self._entered else self.hide())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._entered = True
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self.hide()
        folder = dropped_folder(event.mimeData())
        if folder is not None:
            event.acceptProposedAction()
            self.dropped.emit(folder)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QColor(colours.window)
        shade.setAlphaF(0.95)
        painter.fillRect(self.rect(), shade)
        painter.setPen(QPen(colours.colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 16, -16, -16), 14, 14)
        centre = self.rect().center()
        picture = pixmap("drop", _PICTURE, colours.accent, self.devicePixelRatioF())
        painter.drawPixmap(centre.x() - _PICTURE // 2, centre.y() - _PICTURE - 8, picture)
        font = self.font()
        font.setPointSizeF(13)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colours.colour("text"))
        text = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, self.width() // 3)
        place = self.rect().adjusted(0, self.height() // 2 + 8, 0, 0)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        painter.drawText(place, flags, f"Drop {text} to open it as a project")
        painter.end()
