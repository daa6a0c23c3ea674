"""The repositories of one registry: a tree with a filter, and a field for those that are not listed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop import errors
from kitops_desktop.explanation import explain
from kitops_desktop.progress import Wait
from kitops_desktop.registry.catalog import MOST
from kitops_desktop.registry.well_known import NOT_MEASURED, WellKnown, ability_text
from kitops_desktop.ui.browser.entered_address import Address, read_address
from kitops_desktop.ui.browser.favourites_list import FavouritesList
from kitops_desktop.ui.browser.open_field import OpenField
from kitops_desktop.ui.browser.repository_model import RepositoryModel, Role
from kitops_desktop.ui.browser.repository_names import matching
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.waiting import wait_text
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.search_field import SearchField

_OPENED_AT_ONCE = 40
_ALL_OPENED = 300


class RepositoriesPane(QFrame):
    """``opened`` carries the name of a repository, ``address_wanted`` an ``Address`` typed or remembered."""

    opened = Signal(str)
    starred = Signal(str)  # the name of a repository
    address_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._names: tuple[str, ...] = ()
        self._shown = ""
        self.model = RepositoryModel(self)
        self.search = SearchField("Filter repositories", "Filter repositories")
        self.search.setMinimumWidth(120)
        self.tree = self._make_tree()
        self.search.list_widget = self.tree
        self.search.searched.connect(self._on_searched)
        self._says = label("", "caption", wrap=True)
        self._source, self._is_whole = "", True
        self.favourites = FavouritesList(lambda reference: reference.partition("/")[2])
        self.favourites.opened.connect(lambda reference: self.address_wanted.emit(remembered(reference)))
        self._abilities = label("", "caption", wrap=True)
        self._history = self._make_history()
        self._unlisted_says = label("", "muted", wrap=True)
        self.open_field = OpenField("Open by name", "team/model or team/model:tag")
        self.open_field.wanted.connect(self.address_wanted)
        self._stack = QStackedWidget()
        self._lay_out()

    def show_registry(self, host: str) -> None:
        """Another registry, of which nothing is known yet."""
        self.open_field.registry = host
        self._names, self._shown = (), ""
        self._source, self._is_whole = "", True
        self.model.show(())
        self.search.clear()
        self.show_reading()

    @property
    def _reading(self) -> str:
        return "Reading again…" if self._names else "Reading…"

    def show_reading(self) -> None:
        self._stack.setCurrentWidget(self._listing)
        self.show_wait(None)
        self.search.setEnabled(bool(self._names))

    def show_wait(self, wait: Wait | None) -> None:
        """What the reading waits for, None for nothing unusual."""
        self._says.setText(self._reading if wait is None else wait_text(wait))

    def show_names(self, names: tuple[str, ...], source: str = "", *, whole: bool = True) -> None:
        """The repositories, in the order of ``repository_names``; ``source`` says whose list it is where it
        is not the registry's own, and ``whole`` whether it is all of it.
        """
        self._names, self._source, self._is_whole = names, source, whole
        self.search.setEnabled(bool(names))
        self._stack.setCurrentWidget(self._listing)
        self._fill(self.search.text())
        if names and self.open_field.field.hasFocus() and not self.open_field.field.text():
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_favourites(self, references: Sequence[str]) -> None:
        """Those of this registry."""
        self.favourites.show_references(references)
        self.model.mark([reference.partition("/")[2] for reference in references])

    def show_error(self, error: Exception, known: WellKnown | None = None) -> None:
        """No list: where there is none to be had, names are asked for instead, and what is ``known`` of such
        registries is said. Other errors are shown by the page.
        """
        self._names = ()
        self.model.show(())
        self.search.setEnabled(False)
        if isinstance(error, errors.RegistryUnsupported):
            self._unlisted_says.setText(unlisted_text(error))
            self._abilities.setText(abilities_text(known))
            self._abilities.setVisible(known is not None)
            self._stack.setCurrentWidget(self._unlisted)
            return
        self._says.setText("The repositories cannot be read.")
        self._stack.setCurrentWidget(self._listing)

    def show_history(self, references: Sequence[str]) -> None:
        """What was opened of this registry before, the latest first."""
        self._history.clear()
        for reference in references:
            item = QListWidgetItem(icon("history", "muted"), reference.partition("/")[2])
            item.setData(Qt.ItemDataRole.UserRole, reference)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, reference)
            item.setToolTip(reference)
            self._history.addItem(item)
        self._history_title.setVisible(bool(references))
        self._history.setVisible(bool(references))
        self.open_field.show_known([reference.partition("/")[2] for reference in references])

    def choose(self, repository: str) -> None:
        """Mark the repository that is shown beside the tree."""
        self._shown = repository
        index = self.model.find(repository) if repository else QModelIndex()
        if not index.isValid():
            self.tree.clearSelection()
            return
        if self.tree.currentIndex() != index:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.tree.selectionModel().setCurrentIndex(index, flags)
        self.tree.scrollTo(index)

    def focus_first(self) -> None:
        """The focus where one goes on from here."""
        listed = self._stack.currentWidget() is self._listing and self._names
        (self.tree if listed else self.open_field).setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building

    def _lay_out(self) -> None:
        self._listing = QWidget()
        column = QVBoxLayout(self._listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addWidget(self._says)
        self._unlisted = QWidget()
        column = QVBoxLayout(self._unlisted)
        column.setContentsMargins(4, 4, 4, 0)
        column.setSpacing(8)
        column.addWidget(self._unlisted_says)
        column.addWidget(self._abilities)
        self._history_title = label("Opened before", "strong")
        column.addWidget(self._history_title)
        column.addWidget(self._history, 1)
        column.addStretch(0)
        for page in (self._listing, self._unlisted):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.favourites)
        layout.addWidget(self._stack, 1)
        layout.addWidget(frame("line"))
        layout.addWidget(self.open_field)

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setModel(self.model)
        tree.setAccessibleName("Repositories")
        tree.setHeaderHidden(True)
        tree.setUniformRowHeights(True)
        tree.setIndentation(18)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.activated.connect(self._on_activated)
        tree.clicked.connect(self._on_clicked)
        star = QAction("Favourite", tree, shortcut=QKeySequence("Ctrl+D"))
        star.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        star.triggered.connect(self._on_starred)
        tree.addAction(star)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return tree

    def _make_history(self) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName("Opened before")
        made.itemActivated.connect(self._on_remembered)
        made.itemClicked.connect(self._on_remembered)
        return made

    # -- events

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        self._fill(text)

    def _fill(self, text: str) -> None:
        shown = matching(self._names, text)
        self.model.show(shown)
        if (text.strip() and len(shown) <= _ALL_OPENED) or len(shown) <= _OPENED_AT_ONCE:
            self.tree.expandAll()
        says = _count_text(len(self._names), len(shown), self._is_whole, filtering=bool(text.strip()))
        self._says.setText(f"{says}\n{self._source}" if self._source else says)
        if self._shown:
            self.choose(self._shown)

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        repository = index.data(Role.REPOSITORY)
        if repository:
            self.opened.emit(repository)
        elif not self.tree.expandsOnDoubleClick():
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        repository = index.data(Role.REPOSITORY)
        if repository and repository != self._shown:
            self.opened.emit(repository)

    @Slot()
    def _on_starred(self) -> None:
        repository = self.tree.currentIndex().data(Role.REPOSITORY)
        if repository:
            self.starred.emit(repository)

    @Slot(QListWidgetItem)
    def _on_remembered(self, item: QListWidgetItem) -> None:
        self.address_wanted.emit(remembered(item.data(Qt.ItemDataRole.UserRole)))


def remembered(reference: str) -> Address:
    """An address out of the history, where only good ones are."""
    return read_address(reference)


def unlisted_text(error: errors.RegistryUnsupported) -> str:
    """Why there is no list, and what to do instead."""
    why = f"{error.host} has no list of its repositories, or does not show it to you."
    if isinstance(error.__cause__, errors.KitOpsError) and not isinstance(
        error.__cause__, errors.AccessDenied | errors.RemoteNotFound
    ):
        why += f" That of its vendor cannot be read: {explain(error.__cause__).title}."
    return f"{why} Open them by name."


def abilities_text(known: WellKnown | None) -> str:
    """What registries of that kind can and cannot do."""
    if known is None:
        return ""
    lines = "\n".join(ability_text(ability) for ability in known.abilities)
    return f"What {known.name} can and cannot do:\n{lines}\n{NOT_MEASURED}"


def _count_text(count: int, shown: int, whole: bool, *, filtering: bool) -> str:
    if not count:
        return "No repositories yet."
    everything = count_text(count, "repository", "repositories")
    if count >= MOST or not whole:
        everything = f"The first {count:,} repositories; others open by name"
    return f"{shown:,} of {everything}" if filtering else everything
