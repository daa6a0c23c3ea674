"""The head of a repository's page: its name, a switch between its revisions, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.values import HfRepository, HfRevision, is_commit
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.hugging_face.hf_facts import (
    KIND_NAMES,
    NO_KIT,
    badges,
    renamed_text,
    revision_text,
    short_commit,
)
from kitops_desktop.ui.units import read_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.head_row import HeadRow
from kitops_desktop.ui.widgets.name_label import NameLabel
from kitops_desktop.ui.widgets.parts import button, label

_ROW = 26
"""Pixels, as the heads of kits."""
_MOST_BADGES = 3
_LONGEST = 40


class HfHeader(QWidget):
    """``revision_chosen`` carries the branch or tag the user switched to."""

    revision_chosen = Signal(str)

    def __init__(self, quiet: Sequence[Action], primary: Action, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = NameLabel("", "title")
        self.revisions = QComboBox()
        self.revisions.setMinimumWidth(120)
        self.revisions.setMaximumWidth(240)
        self.revisions.activated.connect(self._on_revision)
        self._address = HfAddress("")
        self._commit = ""
        self._kind = Badge("")
        self._badges = [Badge("") for _ in range(_MOST_BADGES)]
        self._facts = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self._facts.setMinimumHeight(_ROW)
        self._read = label("", "muted")
        self._read.setToolTip("How much of its files was fetched to show what is shown")
        self._renamed = ElidedLabel("", "warning")
        self._renamed.hide()
        self._note = ElidedLabel(NO_KIT, "muted", Qt.TextElideMode.ElideRight)
        self.quiet = tuple(_button(action) for action in quiet)
        self.primary = _button(primary, "primary")
        self._lay_out()

    def show_address(self, address: HfAddress) -> None:
        """Show the name at once, before anything was read."""
        self._address, self._commit = address, ""
        self._title.setText(address.name)
        self._kind.show_text(f"{KIND_NAMES[address.kind]} on Hugging Face")
        for badge in self._badges:
            badge.show_text("")
        self._facts.setText(revision_text(address))
        self._renamed.hide()
        self.show_read(0, 0)
        self.show_revisions(())
        self.set_ready(False)
        self._top.arrange(self.width())

    def show_repository(self, repository: HfRepository, asked: str = "") -> None:
        """``asked`` is the name it was asked for by, when it has another now."""
        address = repository.address
        self._address, self._commit = address, repository.commit
        self._title.setText(address.name)
        shown = badges(repository)
        for number, badge in enumerate(self._badges):
            text, tone, tip = shown[number] if number < len(shown) else ("", "neutral", "")
            badge.show_text(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…", tone)
            badge.setToolTip(tip)
        self.show_files("")
        self._renamed.setText(renamed_text(asked, address.name))
        self._renamed.setVisible(bool(asked))
        self.show_revisions(())
        self.set_ready(True)
        self._top.arrange(self.width())

    def show_page(self, page: str) -> None:
        """Where it is in a web browser, for those who want to know that before."""
        for each in self.quiet:
            each.setToolTip(page)
            each.setAccessibleDescription(page)

    def show_files(self, text: str) -> None:
        """How much is in it."""
        where = f"{revision_text(self._address)} at {short_commit(self._commit)}"
        if is_commit(self._address.revision):
            where = short_commit(self._commit)
        self._facts.setText("  ·  ".join(filter(None, (where, text))))

    def show_read(self, read: int, total: int) -> None:
        """So much of its files was fetched to show them."""
        self._read.setText(read_text(read, total) if read else "")

    def show_revisions(self, revisions: Sequence[HfRevision]) -> None:
        """Offer these, with the one that is shown as the current one."""
        shown = self._address.revision or "main"
        box = self.revisions
        box.clear()
        for number, one in enumerate(revisions):
            if number and one.is_tag and not revisions[number - 1].is_tag:
                box.insertSeparator(number)
            box.addItem(one.name, one.name)
        place = box.findData(shown)
        if place < 0:
            box.insertItem(0, revision_text(self._address), shown)
            place = 0
        box.setCurrentIndex(place)

    def set_ready(self, ready: bool) -> None:
        """Whether there is something to download."""
        self.primary.setEnabled(ready)
        self.revisions.setEnabled(ready)

    def show_for(self, *, counter: bool, note: bool) -> None:
        """What else stands there: how much was read, and that it is no ModelKit."""
        self._read.setVisible(counter)
        self._note.setVisible(note)

    @Slot(int)
    def _on_revision(self, place: int) -> None:
        revision = self.revisions.itemData(place)
        if revision and revision != (self._address.revision or "main"):
            self.revision_chosen.emit(revision)

    def _lay_out(self) -> None:
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self._title)
        revision = QLabel("&Revision")
        revision.setProperty("kind", "muted")
        revision.setBuddy(self.revisions)
        names.addWidget(revision)
        names.addWidget(self.revisions)
        names.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for each in (*self.quiet, self.primary):
            buttons.addWidget(each)
        self._top = HeadRow(names, buttons)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        for badge in (self._kind, *self._badges):
            facts.addWidget(badge)
        facts.addWidget(self._facts, 1)
        facts.addWidget(self._read)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._top)
        column.addLayout(facts)
        column.addWidget(self._renamed)
        column.addWidget(self._note)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._top.arrange(self.width())


def _button(action: Action, kind: str = "") -> QPushButton:
    made = button(action.text, action.icon, kind)
    made.clicked.connect(lambda: action.run())
    return made
