"""The list of the Library: a filter, the table, what is chosen and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.store.damage import Damage
from kitops_desktop.store.local_store import Listing
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.library import library_texts
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.error_page import ErrorPage
from kitops_desktop.ui.library.kit_table import KitTable
from kitops_desktop.ui.library.library_filter import LibraryFilter
from kitops_desktop.ui.library.library_model import LibraryModel
from kitops_desktop.ui.library.library_rows import KitRow, RepositoryRow, repository_rows, totals
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import button, frame, label, restyle
from kitops_desktop.ui.widgets.search_field import SearchField

_CHOICE = 220
"""Pixels for what is said of the chosen kits, beside the buttons."""


class LibraryList(QWidget):
    """Shows a listing; the signals and actions say what the user asked for."""

    opened = Signal(object)  # KitRow
    chosen = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal()
    damage_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RepositoryRow, ...] = ()
        self.damage: tuple[Damage, ...] = ()
        self.model = LibraryModel(self)
        self.shown = LibraryFilter(self)
        self.table = KitTable(self.model, self.shown)
        self.search = SearchField("Filter by name, tag, digest or author", "Filter ModelKits")
        self.search.setMinimumWidth(300)
        self.search.list_widget = self.table
        self.search.searched.connect(self._on_searched)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self._on_chosen)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._header = PageHeader("Library", "Reading…")
        self._header.add(self.search)
        self.banner, self._banner_text = self._make_banner()
        self._stack = QStackedWidget()
        self._bar = QHBoxLayout()
        self._frees = _giving_way()
        self._says = _giving_way()
        self._qactions: list[tuple[Action, QAction | QPushButton]] = []
        self._menu_actions: list[QAction] = []
        self._bar_buttons: list[tuple[QPushButton, str]] = []
        self._lay_out()

    def add_actions(
        self, bar: Iterable[Action], more: Iterable[Action], menu: Iterable[Action | None]
    ) -> None:
        """Actions on what is chosen in the lower row, the others behind "More", and all of a context menu."""
        *others, primary = bar
        for action in others:
            made = self._action_button(action)
            self._bar.addWidget(made)
            self._bar_buttons.append((made, action.text))
        self._bar.addWidget(self._action_button(primary, "primary"))
        self._header.add(self._more_button(tuple(more)))
        for entry in menu:
            shown = self._separator() if entry is None else self._table_action(entry)
            self._menu_actions.append(shown)
        self._on_chosen()

    def show_listing(self, listing: Listing) -> None:
        """Show the store as it is now; what was chosen stays chosen while it exists."""
        first_time = not self.rows
        self.rows = repository_rows(listing)
        self.model.show(self.rows)
        self.damage = listing.damage
        count = len(listing.damage)
        verb = "is" if count == 1 else "are"
        damaged = f"{count_text(count, 'part')} of the store {verb} damaged. All else can be used."
        self._banner_text.setText(damaged)
        self.banner.setVisible(bool(count))
        self._stack.setCurrentIndex(0 if self.rows else 1)
        if first_time and self.shown.rowCount():
            self.table.setCurrentIndex(self.shown.index(0, 0))
            self.table.clearSelection()
        self._show_totals()
        self._on_chosen()
        self.table.fit()

    def show_error(self, error: Exception) -> None:
        """The store cannot be read at all."""
        self._problem.show_error(error)
        self._stack.setCurrentWidget(self._problem)
        self._header.set_subtitle("The store cannot be read")

    def show_frees(self, text: str) -> None:
        """Say what removing the chosen kits would free."""
        self._frees.setText(text)

    def selected(self) -> tuple[KitRow, ...]:
        return self.table.selected()

    def focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building

    def _lay_out(self) -> None:
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        self._no_match = label("No ModelKit matches the filter.", "muted")
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_match.hide()
        inside.addWidget(self._no_match)
        self._stack.addWidget(card)
        self._stack.addWidget(self._make_empty())
        self._problem = ErrorPage()
        self._problem.retry_wanted.connect(self.retry_wanted)
        self._stack.addWidget(self._problem)
        self._bar.setSpacing(8)
        self._bar.addWidget(self._says)
        self._bar.addWidget(self._frees)
        self._bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._header)
        layout.addWidget(self.banner)
        layout.addWidget(self._stack, 1)
        layout.addLayout(self._bar)

    def _make_banner(self) -> tuple[QFrame, QLabel]:
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 8)
        text = label("", "warning", wrap=True)
        row.addWidget(text, 1)
        row.addWidget(click_button("Show…", self.damage_wanted.emit, "warning"))
        banner = frame("warning-panel", row)
        banner.hide()
        return banner, text

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            "library",
            "No ModelKits yet",
            "Drop a folder on the window to pack it, or begin with the sample: a small trained model with "
            "its data, code and licence.",
        )
        empty.add_button("Choose a folder…", "folder-open", "primary").clicked.connect(self.folder_wanted)
        empty.add_button("Try the sample…", "sparkle").clicked.connect(self.sample_wanted)
        return empty

    def _action_button(self, action: Action, kind: str = "") -> QPushButton:
        made = button(action.text, action.icon, kind)
        if action.shortcut:
            made.setToolTip(f"{action.text.rstrip('…')} ({action.shortcut})")
        made.setAccessibleName(action.text)
        made.clicked.connect(lambda: action.run())
        self._qactions.append((action, made))
        return made

    def _more_button(self, actions: tuple[Action, ...]) -> QPushButton:
        made = button("Store")
        made.setAccessibleName("Store: verify, prune, trash, folder")
        menu = QMenu(made)
        for action in actions:
            menu.addAction(to_qaction(action, menu))
        made.setMenu(menu)
        restyle(made, menu="true")
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return made

    def _table_action(self, action: Action) -> QAction:
        """An action with its key, which counts while the table has the focus."""
        made = to_qaction(action, self)
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.table.addAction(made)
        self._qactions.append((action, made))
        return made

    def _separator(self) -> QAction:
        made = QAction(self)
        made.setSeparator(True)
        return made

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the buttons of the lower row are pictures, but for the last."""
        super().resizeEvent(event)
        for made, text in self._bar_buttons:
            made.setText(text)
        if self.width() < self._buttons_width() + _CHOICE:
            for made, _ in self._bar_buttons:
                made.setText("")

    def _buttons_width(self) -> int:
        buttons = (made for _, made in self._qactions if isinstance(made, QPushButton))
        return sum(made.sizeHint().width() + self._bar.spacing() for made in buttons)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        self.shown.set_text(text)
        self.table.expandAll()
        self._show_totals()

    @Slot()
    def _on_chosen(self) -> None:
        rows = self.selected()
        self._says.setText(library_texts.selection_text(rows) if rows else "Nothing selected")
        if not rows:
            self._frees.setText("")
        for action, shown in self._qactions:
            shown.setEnabled(action.available())
        self.chosen.emit()

    def _show_totals(self) -> None:
        filtering = self.shown.filtering
        count = self.shown.shown_kits()
        self._header.set_subtitle(library_texts.totals_text(totals(self.rows), count if filtering else None))
        self._no_match.setVisible(filtering and not count)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.table.viewport().mapToGlobal(place))


def _giving_way() -> ElidedLabel:
    """As wide as its text, or less where there is no room."""
    made = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return made
