"""Files with ticks, wherever they are: a tree with a filter, sums, the preview beside it, and one thing to do
with what is ticked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.file_choices import FileChoices, choices_of, choose_again
from kitops_desktop.ui.library.file_columns import FurtherColumn
from kitops_desktop.ui.library.file_feed import FileFeed
from kitops_desktop.ui.library.file_tree import FileNode, PlainFile
from kitops_desktop.ui.library.file_tree_model import FileTreeModel
from kitops_desktop.ui.library.file_view import FileView
from kitops_desktop.ui.library.globs import globs_of
from kitops_desktop.ui.library.kind_parts import kind_parts
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.library.preview_request import PreviewRequest
from kitops_desktop.ui.library.preview_split import PreviewSplit
from kitops_desktop.ui.units import count_text, size_text, sum_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.search_field import SearchField
from kitops_desktop.ui.widgets.share_bar import ShareBar

_EXPANDED_WHEN_FILTERED = 300
_LOW = 460
"""Pixels: in a pane that is lower, all gives way to the rows of the tree, so that some eight are left."""

_LEAST_SEARCH, _SEARCH = 130, 220  # pixels
_SHARE = 3
"""Of the room that is left in its row the search field gets so many times what a progress bar gets."""

RequestOf = Callable[[FileNode], PreviewRequest | None]


@dataclass(frozen=True, slots=True)
class PaneWords:
    """``action`` is what the button for the ticked files says, beside its ``icon``; ``hint`` is said while
    nothing is ticked, ``refused`` of a file with an unsafe name, before the reason. ``no_file`` stands in the
    preview until a file is chosen ("": as of a kit).
    """

    action: str
    hint: str
    refused: str
    icon: str
    no_file: str = ""


@dataclass(frozen=True, slots=True)
class PaneExtras:
    """Further widgets: ``beside_search``, at the right end of that row (``at_end``), and in rows of their own
    below it (``below_search``). Who made them shows and hides them.
    """

    beside_search: Sequence[QWidget] = ()
    at_end: Sequence[QWidget] = ()
    below_search: Sequence[QWidget] = ()


class FilesPane(QWidget):
    """``show_files`` shows files that have no layer; others are given to the ``model`` by the ``feed``.

    ``request_of`` makes what is wanted of the preview of a file; with None what was shown stays. ``columns``
    come after names and sizes.
    """

    action_wanted = Signal()
    ticks_changed = Signal()
    dense_changed = Signal(bool)  # whether all is to take as little height as can be

    def __init__(
        self,
        background: Background,
        words: PaneWords,
        request_of: RequestOf,
        columns: Sequence[FurtherColumn] = (),
        extras: PaneExtras = PaneExtras(),
        look: PreviewLook | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._request_of = words, request_of
        self._look = look or PreviewLook()
        self._opened: tuple[str, ...] = ()
        self._layer = ""
        self._kept: FileChoices | None = None
        self._is_coming_back = False
        self._looked_into = self._to_renew = ""  # paths of files in the preview
        self._unlisted = 0
        self._is_dense: bool | None = None
        self.preview = PreviewPanel(background, self._look)
        self.preview.clear(text=words.no_file)
        self.model = FileTreeModel(self, columns, words.refused)
        self._make_widgets()
        self._lay_out(extras)
        self.model.ticks_changed.connect(self._show_ticks)
        self.model.settled.connect(self.choose_again)
        self._show_ticks()

    @property
    def busy(self) -> bool:
        """Whether files are still arriving, or what is shown of them is being worked out."""
        return self.feed.running or self.model.busy

    @property
    def totals(self) -> str:
        """How many files there are by now, and their size."""
        root = self.model.tree.root
        return f"{count_text(root.files, 'file')}, {sum_text(root.size, root.unsized)}"

    @property
    def status(self) -> str:
        """What is said beside the search field."""
        return self._status.text()

    @property
    def status_kind(self) -> str:
        """``muted`` when all is well, else the kind that ``say`` was given."""
        return str(self._status.property("kind"))

    def clear(self) -> None:
        """Show no files, all of them once there are some, and nothing of any."""
        self.feed.stop()
        self._kept = None
        self._looked_into = self._to_renew = ""
        self.preview.clear(text=self._words.no_file)
        self._opened, self._layer = (), ""
        self.model.clear()
        self.search.clear()
        self.model.set_filter("")
        self.show_sums()
        self._show_ticks()

    def show_files(self, files: Iterable[PlainFile]) -> None:
        """Show these instead of what was shown, a moment's work at a time; ``feed.ended`` tells the end."""
        self.clear()
        left = iter(files)
        self.feed.start(lambda limit: tuple(islice(left, limit)) or None, self.model.add_files)

    def empty(self) -> None:
        """Show no files until they have been listed anew: what is ticked, open and chosen comes back with
        them, and the filter stays.
        """
        self.feed.stop()
        if self._kept is None:
            self._kept, self._to_renew = choices_of(self.model, self.tree), self._looked_into
        self.model.clear()

    @Slot()
    def choose_again(self) -> None:
        """What was chosen before is so again, as far as it is there and once nothing moves any more."""
        if self._kept is None or self.busy:
            return
        kept, self._kept = self._kept, None
        self._is_coming_back = True
        choose_again(kept, self.model, self.tree)
        self._is_coming_back = False
        self._renew_preview()

    def filter_by(self, layer: str) -> None:
        """Show only what comes from ``layer``, "" for all."""
        self._layer = layer
        self._filter()

    def show_sums(self) -> None:
        """Say how much there is by now, and of which kinds."""
        self.say(self.totals)
        self.kinds.show_parts(kind_parts(self.model.tree.kinds.shares(), self._unlisted))

    def set_unlisted(self, size: int) -> None:
        """So many bytes are of layers whose files are not listed; they are a part of the sums."""
        self._unlisted = size

    def say(self, text: str, kind: str = "muted") -> None:
        """Say something beside the search field. Kinds are those of labels."""
        self._status.setText(text)
        if self._status.property("kind") != kind:
            restyle(self._status, kind=kind)

    def ticked_paths(self) -> tuple[str, ...]:
        """With as few words as possible: the path of a wholly ticked folder ends with a slash."""
        return self.model.tree.ticked_paths()

    def ticked_globs(self) -> tuple[str, ...]:
        return globs_of(self.ticked_paths())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._split.refresh()

    # -- widgets

    def _make_widgets(self) -> None:
        self.search = SearchField("Filter files", "Filter files")
        self.search.setMinimumWidth(_LEAST_SEARCH)
        self.search.setMaximumWidth(_SEARCH)
        self._status = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self.kinds = ShareBar("Bytes by kind of file")
        self.tree = FileView(self.model)
        self.feed = FileFeed(self.model, self.tree, self)
        self.feed.taken.connect(self.show_sums)
        self.feed.ended.connect(self._on_ended)
        self._ticks = label("", "muted")
        self._clear = click_button("Untick all", lambda: self.model.set_all_ticked(False), kind="quiet")
        words = self._words
        self._action = click_button(words.action.replace("&", "&&"), self.action_wanted.emit, words.icon)
        self.search.list_widget = self.tree
        self.search.searched.connect(self._filter)
        self.tree.selectionModel().currentChanged.connect(self._show_preview)
        self.model.modelReset.connect(self._open_found)

    def _lay_out(self, extras: PaneExtras) -> None:
        card = QFrame()
        card.setProperty("kind", "card")
        self._inside = QVBoxLayout(card)
        self._inside.addWidget(self.tree)
        self._split = PreviewSplit(card, self.preview, self._look)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, _SHARE)
        for widget in (*extras.beside_search, self._status):
            top.addWidget(widget)
        top.addStretch(1)
        for widget in (*extras.at_end, self._split.button):
            top.addWidget(widget)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._ticks, 1)
        bottom.addWidget(self._clear)
        bottom.addWidget(self._action)
        self._column = QVBoxLayout(self)
        self._column.addLayout(top)
        for widget in (*extras.below_search, self.kinds):
            self._column.addWidget(widget)
        self._column.addWidget(self._split, 1)
        self._column.addLayout(bottom)
        self._set_dense(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._set_dense(event.size().height() < _LOW)

    def _set_dense(self, dense: bool) -> None:
        if dense == self._is_dense:
            return
        self._is_dense = dense
        self._column.setContentsMargins(0, 6 if dense else 14, 0, 0)
        self._column.setSpacing(6 if dense else 10)
        self._inside.setContentsMargins(*[2 if dense else 6] * 4)
        self.kinds.set_legend(not dense)
        self.tree.set_dense(dense)
        self.dense_changed.emit(dense)

    @Slot()
    def _on_ended(self) -> None:
        self.tree.sort_again()
        self._show_ticks()
        self.choose_again()

    @Slot(QModelIndex)
    def _show_preview(self, index: QModelIndex) -> None:
        """Look into the current file; what a filter hides stays shown."""
        node = self.model.node(index)
        request = None if node.is_dir or self._is_coming_back else self._request_of(node)
        if request is not None:
            self._looked_into, self._to_renew = node.path, ""
            self.preview.show_request(request)

    def _renew_preview(self) -> None:
        """What is known of the file that was looked into may be something else since it was listed anew. What
        somebody agreed to read a layer through for stays.
        """
        path, self._to_renew = self._to_renew, ""
        node = self.model.tree.find(path) if path else None
        request = None if node is None or node.is_dir else self._request_of(node)
        shown = self.preview.request
        if request is not None and (shown is None or not shown.passage.is_agreed):
            self.preview.show_request(request)

    # -- filter and ticks

    @Slot()
    def _filter(self) -> None:
        if not self.model.rows.query.is_given:
            self._opened = self.tree.opened()
        self.model.set_filter(self.search.text(), self._layer)

    @Slot()
    def _open_found(self) -> None:
        """Open the folders that what was found is in, unless it is a lot; without a filter those that were
        open before.
        """
        rows, opened = self.model.rows, 0
        if not rows.query.is_given:
            self.tree.open_again(self._opened)
            return
        pending = deque([self.model.tree.root])
        while pending and opened < _EXPANDED_WHEN_FILTERED:
            folder = pending.popleft()
            opened += rows.row_count(folder)
            self.tree.expand(self.model.index_of(folder))
            pending.extend(child for child in rows.children(folder)[:opened] if child.is_dir)

    @Slot()
    def _show_ticks(self) -> None:
        tree = self.model.tree
        ticked = tree.root.ticked
        of_all = "" if tree.root.unsized else f" of {size_text(tree.root.size)}"
        size = sum_text(tree.ticked_size, tree.ticked_unsized)
        text = f"{count_text(ticked, 'file')} ticked, {size}{of_all}"
        self._ticks.setText(text if ticked else self._words.hint)
        self._clear.setEnabled(bool(ticked))
        self._action.setEnabled(bool(ticked))
        self.ticks_changed.emit()
