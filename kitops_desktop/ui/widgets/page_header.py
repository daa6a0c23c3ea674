"""The first line of a page: its name, a word about it, and what can be done."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.ui.widgets.parts import label


class PageHeader(QWidget):
    """``add`` puts a widget at the right end, in the order of the calls; the primary button comes last."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label(title, "title")
        self._subtitle = label(subtitle, "muted")
        if not subtitle:  # setVisible(True) would open a window, as it has no parent yet
            self._subtitle.hide()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._subtitle)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addLayout(texts)
        self._row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        self._row.addWidget(widget)

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def set_subtitle(self, subtitle: str) -> None:
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
