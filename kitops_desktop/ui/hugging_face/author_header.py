"""The head of the page of an organisation or a person: who that is, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.authors import HfAuthor
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.hugging_face.author_facts import badge_text, facts_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.head_row import HeadRow
from kitops_desktop.ui.widgets.name_label import NameLabel
from kitops_desktop.ui.widgets.parts import button

_ROW = 26
"""Pixels, as the heads of repositories."""


class AuthorHeader(QWidget):
    """``buttons`` are those of ``actions``, in their order."""

    def __init__(self, actions: Sequence[Action], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = NameLabel("", "title")
        self._who = Badge("")
        self._facts = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self._facts.setMinimumHeight(_ROW)
        self.buttons = tuple(button(action.text, action.icon) for action in actions)
        for made, action in zip(self.buttons, actions, strict=True):
            made.clicked.connect(lambda _=False, action=action: action.run())
        names = QHBoxLayout()
        names.addWidget(self._title)
        names.addStretch(1)
        at_end = QHBoxLayout()
        at_end.setSpacing(8)
        for made in self.buttons:
            at_end.addWidget(made)
        self._top = HeadRow(names, at_end)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        facts.addWidget(self._who)
        facts.addWidget(self._facts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._top)
        column.addLayout(facts)

    def show_author(self, name: str, author: HfAuthor | None, page: str) -> None:
        """``author`` is None while nothing is known but the name; ``page`` is where the buttons lead."""
        self._title.setText(name if author is None else author.name)
        self._who.show_text(badge_text(author))
        self._facts.setText("" if author is None else facts_text(author))
        for made in self.buttons:
            made.setToolTip(page)
            made.setAccessibleDescription(page)
        self._top.arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._top.arrange(self.width())
