"""The Overview of a kit: its Kitfile as cards, its README beside them, and what refers to it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kitops_desktop.ui.library.card_frame import CardFrame
from kitops_desktop.ui.library.kit_source import LoadedKit
from kitops_desktop.ui.library.overview import Section, sections
from kitops_desktop.ui.library.readme_pane import ReadmePane
from kitops_desktop.ui.library.referrer_cards import referrer_section
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label

MAX_CARDS = 100
"""Cards of a section; who has more entries reads the Kitfile tab."""


class OverviewTab(QWidget):
    """``show_kit`` replaces all that is shown, ``show_more`` adds to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = QScrollArea()
        self._cards.setWidgetResizable(True)
        self._cards.setAccessibleName("Kitfile overview")
        self.readme = ReadmePane()
        self._shown: LoadedKit | None = None
        self._below = QVBoxLayout()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._cards, 5)
        layout.addWidget(self.readme, 4)

    def show_kit(self, loaded: LoadedKit) -> None:
        page = QWidget()
        page.setProperty("kind", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        shown = sections(loaded.kit)
        _add_sections(column, shown)
        if not shown:
            column.addWidget(label("The Kitfile is empty.", "muted"))
        self._below = QVBoxLayout()
        self._below.setSpacing(8)
        column.addLayout(self._below)
        column.addStretch(1)
        self._cards.setWidget(page)
        self._shown = None
        self.show_more(loaded)

    def show_more(self, loaded: LoadedKit) -> None:
        """Show what was found out since about the same kit."""
        before, self._shown = self._shown, loaded
        if before is None or before.readme != loaded.readme:
            self.readme.setVisible(loaded.readme is not None)
            self.readme.show_readme(loaded.readme or "")
        if before is None or (before.referrers, before.notes) != (loaded.referrers, loaded.notes):
            self._show_below(loaded)

    def _show_below(self, loaded: LoadedKit) -> None:
        while (item := self._below.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if loaded.referrers:
            _add_sections(self._below, (referrer_section(loaded.referrers),))
        for note in loaded.notes:
            self._below.addWidget(label(note, "muted", wrap=True))


def _add_sections(column: QVBoxLayout, shown: tuple[Section, ...]) -> None:
    for section in shown:
        column.addWidget(label(section.title, "heading"))
        for card in section.cards[:MAX_CARDS]:
            column.addWidget(CardFrame(card))
        rest = len(section.cards) - MAX_CARDS
        if rest > 0:
            column.addWidget(label(f"and {count_text(rest, 'more entry', 'more entries')}", "muted"))
        column.addSpacing(8)
