"""What stands above the files of a kit in a registry: what looking has cost, and what it is worth."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.progress import Wait
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.units import count_text, read_text, size_text
from kitops_desktop.ui.waiting import with_wait
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import ICON, label, restyle

UNVERIFIED = "Read from the registry as it is. Digests are checked when the kit is pulled or unpacked."

_LAYERS, _INDEX = "Read the layers instead", "Use the index instead"
_SHOWN = len("sha256:") + 12


def aside_text(index: AttachedIndex) -> str:
    """That the names come from elsewhere than from a file index that is there."""
    return f"Read from the layers, not from the file index {index.digest[:_SHOWN]}."


def index_text(index: AttachedIndex) -> str:
    """Where the names come from, and that they may be anybody's."""
    claim = f", {name_text(index.claim)}" if index.claim else ""
    more = f" {count_text(index.others, 'other one', 'other ones')} attached too." if index.others else ""
    return (
        f"From the file index {index.digest[:_SHOWN]}{claim}. Anybody who may push can attach one; the"
        f" layers have the last word.{more}"
    )


def unlisted_text(count: int, size: int, without_ranges: bool) -> str:
    """What listing the rest costs, and what can be done without."""
    it, is_not = ("it", "is not") if count == 1 else ("them", "are not")
    cost = f"{size_text(size)} must be read to list {it}"
    if not without_ranges:
        return f"{count_text(count, 'large or compressed layer')} {is_not} listed to the end: {cost}."
    layers = count_text(count, "layer")
    return (
        f"This registry gives layers as a whole only, so {layers} {is_not} listed: {cost}. Overview, Kitfile"
        " and Manifest need none of that, and once the kit is pulled its files are shown here."
    )


class RemoteReading(QFrame):
    """``list_wanted``: the layers that have to be read as a whole are to be listed too. ``layers_wanted``:
    the layers are to be believed, not the file index, and ``index_wanted``: the file index after all.
    """

    list_wanted = Signal()
    layers_wanted = Signal()
    index_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "info-panel")
        self.setAccessibleName("Reading from the registry")
        self._read = label("", "strong")
        self._unlisted = label("", wrap=True)
        self._list = click_button("List anyway", self.list_wanted.emit, "file")
        picture = QLabel()
        picture.setPixmap(icon("info", "accent").pixmap(ICON))
        self._first = QHBoxLayout()
        self._first.setSpacing(10)
        self._first.addWidget(picture)
        self._first.addWidget(self._read)
        self._beside = ElidedLabel(UNVERIFIED, "muted", Qt.TextElideMode.ElideRight)
        self._first.addWidget(self._beside, 1)
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(26, 0, 0, 0)
        second.setSpacing(10)
        second.addWidget(self._unlisted, 1)
        second.addWidget(self._list)
        self._indexed = label("", wrap=True)
        self._instead = click_button(_LAYERS, self._want_instead, "retry")
        self._is_used = True
        self._is_dense = False
        self._third = QWidget()
        self._own_row = QHBoxLayout(self._third)
        self._own_row.setContentsMargins(26, 0, 0, 0)
        self._own_row.setSpacing(10)
        self._own_row.addWidget(self._indexed, 1)
        self._rows = QVBoxLayout(self)
        self._rows.setSpacing(6)
        self._rows.addLayout(self._first)
        for row in (self._second, self._third):
            self._rows.addWidget(row)
            row.hide()
        self._instead.hide()
        self.set_dense(False)
        self.hide()

    @property
    def text(self) -> str:
        """The counter, as it stands there."""
        return self._read.text()

    def set_dense(self, dense: bool) -> None:
        """Take as little height as can be: what is said of the index stands in the first line."""
        self._is_dense = dense
        self._rows.setContentsMargins(12, 3 if dense else 8, 12, 3 if dense else 8)
        for one in (self._list, self._instead):
            restyle(one, kind="link" if dense else "", dense="true" if dense else "false")
        (self._first if dense else self._own_row).addWidget(self._instead)
        self._show_index(bool(self._indexed.text()))

    def show_read(self, read: int, total: int, wait: Wait | None = None) -> None:
        """``read`` of ``total`` bytes were fetched; ``wait`` is why it takes long now."""
        self._read.setText(with_wait(read_text(read, total), wait))

    def show_index(self, index: AttachedIndex | None, *, is_used: bool = True) -> None:
        """The file index by which the files are listed, or that was left aside for the layers; None where
        there is none.
        """
        said = "" if index is None else index_text(index) if is_used else aside_text(index)
        if (said, is_used) == (self._indexed.text(), self._is_used):
            return  # it is asked for often while files arrive
        self._is_used = is_used
        self._indexed.setText(said)
        self._instead.setText(_LAYERS if is_used else _INDEX)
        self._show_index(bool(said))

    def _show_index(self, has_index: bool) -> None:
        self._third.setVisible(has_index and not self._is_dense)
        self._instead.setVisible(has_index)
        self._beside.setText(self._indexed.text() if has_index and self._is_dense else UNVERIFIED)

    def _want_instead(self) -> None:
        (self.layers_wanted if self._is_used else self.index_wanted).emit()

    def show_unlisted(self, count: int, size: int, without_ranges: bool = False) -> None:
        """So many layers are listed on request only, for which ``size`` bytes are to be read; 0 for none.
        ``without_ranges``: because the registry gives layers as a whole only.
        """
        self._second.setVisible(bool(count))
        if count:
            self._unlisted.setText(unlisted_text(count, size, without_ranges))
