"""A surface with a heading."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.ui.widgets.parts import label


class Card(QFrame):
    """Put things into ``body``; ``head`` holds the heading, and takes buttons at its right end."""

    def __init__(self, title: str = "", description: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(18, 16, 18, 18)
        self.body.setSpacing(10)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        if title:
            self.setAccessibleName(title)
            self.head.addWidget(label(title, "heading"))
            self.head.addStretch(1)
            self.body.addLayout(self.head)
        if description:
            self.body.addWidget(label(description, "muted", wrap=True))
