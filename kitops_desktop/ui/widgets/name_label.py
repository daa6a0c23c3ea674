"""A line with the name of a repository that gives way between its registry and its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kitops_desktop.ui.widgets.elided_label import ElidedLabel


class NameLabel(ElidedLabel):
    """Of ``registry.example/acme/vision/defects`` the first and the last part say most: what lies between
    goes first, then the middle of what is left.
    """

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, kind, Qt.TextElideMode.ElideMiddle, parent)

    def elided(self, width: int) -> str:
        metrics, text = self.fontMetrics(), self.text()
        if metrics.horizontalAdvance(text) <= width:
            return text
        first, *parts = text.split("/")
        for start in range(1, len(parts)):
            text = "/".join((first, "…", *parts[start:]))
            if metrics.horizontalAdvance(text) <= width:
                return text
        return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
