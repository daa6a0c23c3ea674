"""The Overview of a kit: its Kitfile as cards, its README beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kitops_desktop.ui.library.card_frame import CardFrame
from kitops_desktop.ui.library.kit_source import LoadedKit
from kitops_desktop.ui.library.overview import Section, sections
from kitops_desktop.ui.library.readme_view import ReadmeView
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label

MAX_CARDS = 100
"""Cards of a section; who has more entries reads the Kitfile tab."""


class OverviewTab(QWidget):
    """``show_kit`` replaces all that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = QScrollArea()
        self._cards.setWidgetResizable(True)
        self._cards.setAccessibleName("Kitfile overview")
        self._readme = ReadmeView()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._cards, 5)
        layout.addWidget(self._readme, 4)

    def show_kit(self, loaded: LoadedKit) -> None:
        self._cards.setWidget(_column(sections(loaded.kit)))
        self._readme.setVisible(loaded.readme is not None)
        self._readme.show_readme(loaded.readme or "")


def _column(shown: tuple[Section, ...]) -> QWidget:
    page = QWidget()
    page.setProperty("kind", "page")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(8)
    for section in shown:
        column.addWidget(label(section.title, "heading"))
        for card in section.cards[:MAX_CARDS]:
            column.addWidget(CardFrame(card))
        rest = len(section.cards) - MAX_CARDS
        if rest > 0:
            column.addWidget(label(f"and {count_text(rest, 'more entry', 'more entries')}", "muted"))
        column.addSpacing(8)
    if not shown:
        column.addWidget(label("The Kitfile is empty.", "muted"))
    column.addStretch(1)
    return page
