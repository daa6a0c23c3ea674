"""What is known of a repository, as a card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.importers.hugging_face.values import HfRepository
from kitops_desktop.ui.hugging_face.hf_facts import KIND_ICONS, KIND_NAMES, Fact, facts
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import ICON, icon_button, label

_ICON = 18
_LONG_WORD = 40


class FactsCard(QFrame):
    """``link_wanted`` carries what a fact names (``HfTarget``), ``copied`` what was copied."""

    link_wanted = Signal(object)
    copied = Signal(str)

    def __init__(self, repository: HfRepository, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind = KIND_NAMES[repository.address.kind]
        name = repository.address.name.rpartition("/")[2]
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{kind}: {name}")
        self.controls: list[QWidget] = []
        """What takes the focus, in its order."""
        self._files = label("", wrap=True, selectable=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(_heading(KIND_ICONS[repository.address.kind], name, kind))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        _add_row(grid, "Files", self._files)
        for fact in facts(repository):
            _add_row(grid, fact.name, self._value(fact))
        layout.addLayout(grid)

    def show_files(self, text: str) -> None:
        """How much is in it."""
        self._files.setText(text)
        self._files.setAccessibleName(f"Files: {text}")

    def _value(self, fact: Fact) -> QWidget:
        said = f"{fact.name or 'Base model'}: {fact.value}"
        if fact.link is not None:
            address = fact.link
            link = _link(fact.value, said, lambda: self.link_wanted.emit(address))
            self.controls.append(link)
            return _line(link)
        # a long word has no place to break at, and would make a narrow card wide
        is_long = len(fact.value) >= _LONG_WORD and " " not in fact.value
        shown = ElidedLabel(fact.value) if is_long else label(fact.value, wrap=True, selectable=True)
        shown.setAccessibleName(said)
        if not fact.copied:
            return shown
        copy = _copy(fact, self.copied.emit)
        self.controls.append(copy)
        return _line(shown, copy)


def _heading(picture_name: str, name: str, kind: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(9)
    picture = QLabel()
    picture.setPixmap(icon(picture_name, "accent").pixmap(_ICON, _ICON))
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(name, "strong", wrap=True, selectable=True), 1)
    row.addWidget(label(kind, "caption"), 0, Qt.AlignmentFlag.AlignTop)
    return row


def _add_row(grid: QGridLayout, name: str, value: QWidget) -> None:
    row = grid.rowCount()
    is_line = value.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Fixed
    where = Qt.AlignmentFlag.AlignVCenter if is_line else Qt.AlignmentFlag.AlignTop
    grid.addWidget(label(name, "muted"), row, 0, where)
    grid.addWidget(value, row, 1)


def _link(text: str, said: str, clicked: Callable[[], None]) -> QPushButton:
    made = click_button(text.replace("&", "&&"), clicked, kind="link")
    made.setAccessibleName(said)
    made.setProperty("dense", "true")
    return made


def _copy(fact: Fact, copied: Callable[[str], None]) -> QToolButton:
    copy = icon_button("copy", f"Copy {fact.name.lower()}", role="muted")

    def run() -> None:
        copy_text(fact.copied)
        copied(fact.name)

    copy.clicked.connect(lambda: run())
    copy.setProperty("dense", "true")
    copy.setIconSize(ICON)
    return copy


def _line(*widgets: QWidget) -> QWidget:
    held = QWidget()
    held.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(0)
    return held
