"""The tags of one repository: filter, table, and what can be done with the chosen one."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import Wait
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.tag_resolver import ReadReferrers, ReadVersion, TagResolver
from kitops_desktop.ui.browser.tag_rows import TagRow, Tags, Version, stopped_text, tags_text
from kitops_desktop.ui.browser.tags_model import TagsModel
from kitops_desktop.ui.browser.tags_table import TagsTable
from kitops_desktop.ui.waiting import WaitWatch, short_wait_text, wait_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.parts import button, frame, label
from kitops_desktop.ui.widgets.search_field import SearchField

_REFERRERS_AT_ONCE = 2


class TagsPane(QWidget):
    """``show_tags`` shows a repository; rows are read by ``read`` (tag, token) when they come into view, and
    then by ``read_referrers`` (digest, token) what belongs to them.
    """

    opened = Signal(str)  # tag
    chosen = Signal()
    retry_wanted = Signal()
    remedy_wanted = Signal(object, object)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Versions")
        self.repository = ""
        self.model = TagsModel(self)
        self.table = TagsTable(self.model)
        self.resolver = TagResolver(background, self)
        self.referrers = TagResolver(background, self, parallel=_REFERRERS_AT_ONCE)
        self._waits = WaitWatch((self.resolver.reader,), self)
        self.search = SearchField("Filter tags", "Filter tags")
        self.search.setMinimumWidth(130)
        self.search.list_widget = self.table
        self.problem = ProblemPanel()
        self._title = ElidedLabel(kind="heading")
        self._says = ElidedLabel(kind="muted")
        self._empty = EmptyState("registries", "Choose a repository", "Its versions are shown here.")
        self._stack = QStackedWidget()
        self._bar = QHBoxLayout()
        self._actions: list[tuple[Action, QPushButton | QAction]] = []
        self._menu_actions: list[QAction] = []
        self._lay_out()
        self._connect()

    def add_actions(self, bar: Iterable[Action], menu: Iterable[Action]) -> None:
        """Actions on the chosen tag: in the lower row, the last one as the primary, and in a context menu."""
        bar = tuple(bar)
        for action in bar:
            made = button(action.text, action.icon, "primary" if action is bar[-1] else "")
            made.clicked.connect(lambda _=False, action=action: action.run())
            self._bar.addWidget(made)
            self._actions.append((action, made))
        for action in menu:
            key = to_qaction(action, self)
            key.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.addAction(key)
            self._actions.append((action, key))
            self._menu_actions.append(key)
        self._on_chosen()

    def show_nothing(self, title: str = "Choose a repository", text: str = "") -> None:
        """No repository is chosen."""
        self._begin(None, None)
        self.repository = ""
        self.model.show(Tags())
        self._empty.set_texts(title, text or "Its versions are shown here.")
        self._stack.setCurrentWidget(self._empty)

    def show_reading(self, repository: str) -> None:
        """The tags of a repository are being read; those shown before stay when it is the same."""
        if repository != self.repository:
            self._begin(None, None)  # what tags of the same names stand for there says nothing here
            self.model.show(Tags())
            self.model.forget()
            self.search.clear()
        self.repository = repository
        self._title.setText(repository)
        self.show_wait(None)
        self.problem.clear()
        self._stack.setCurrentWidget(self._listing)

    def show_wait(self, wait: Wait | None) -> None:
        """What the reading of the tags waits for, None for nothing unusual."""
        self._says.setText("Reading…" if wait is None else wait_text(wait))

    def show_tags(self, tags: Tags, read: ReadVersion, read_referrers: ReadReferrers | None = None) -> None:
        """The tags, all to be looked at anew."""
        chosen, before = self.selected(), self.model.shown.tags
        self._begin(read, read_referrers)
        self.model.show(tags)
        self.problem.clear()
        if chosen is not None:
            self.table.choose(chosen.name)
        if self.selected() is None:
            self._choose_instead(before.index(chosen.name) if chosen and chosen.name in before else 0)
        self._show_count()
        self._on_chosen()
        self.table.look_again()

    def _choose_instead(self, place: int) -> None:
        """Choose what is where the chosen one was before it was deleted: with keys one goes on from there."""
        tags = self.model.shown.tags
        if tags:
            self.table.choose(tags[min(place, len(tags) - 1)])

    def show_error(self, error: Exception) -> None:
        """The tags cannot be read."""
        self._begin(None, None)
        self.model.show(Tags())
        self._says.setText("")
        self.problem.show_error(error)

    def selected(self) -> TagRow | None:
        rows = self.table.selected()
        return rows[0] if rows else None

    # -- building

    def _lay_out(self) -> None:
        self._listing = QWidget()
        head = QHBoxLayout()
        head.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self._title)
        texts.addWidget(self._says)
        head.addLayout(texts, 1)
        head.addWidget(self.search)
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.table)
        self._no_match = label("No tag matches the filter.", "muted")
        self._no_match.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._no_match.hide()
        inside.addWidget(self._no_match)
        self._bar.setSpacing(8)
        self._bar.addStretch(1)
        column = QVBoxLayout(self._listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(frame("card", inside), 1)
        column.addLayout(self._bar)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._listing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        self.search.searched.connect(self._on_searched)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self._on_chosen)
        self.table.looked_at.connect(self._on_looked_at)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.resolver.resolved.connect(self._on_resolved)
        self.resolver.failed.connect(self._on_failed)
        self.resolver.stopped.connect(self._on_stopped)
        self.referrers.resolved.connect(self._on_referrers)
        # where they cannot be listed nothing is missed that could be said here
        self.referrers.failed.connect(lambda digest, _: self.model.set_referrers(digest, ()))
        self._waits.said.connect(self._on_wait)
        self.problem.retry_wanted.connect(self.retry_wanted)
        self.problem.remedy_wanted.connect(self.remedy_wanted)

    # -- events

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        chosen = self.selected()
        self.model.set_filter(text)
        if chosen is not None:
            self.table.choose(chosen.name)
        self._show_count()
        self._on_chosen()

    def _begin(self, read: ReadVersion | None, read_referrers: ReadReferrers | None) -> None:
        self.resolver.begin(read)
        self.referrers.begin(read_referrers)
        self.model.set_waiting("")

    @Slot(object)
    def _on_looked_at(self, tags: tuple[str, ...]) -> None:
        self.resolver.want(tags)
        self.referrers.want(())
        self._go_on()

    def _on_resolved(self, tag: str, version: Version) -> None:
        chosen = self.selected()
        self.model.set_version(tag, version)
        self._choose_again(chosen)
        self._after(tag)

    def _on_failed(self, tag: str, error: Exception) -> None:
        self.model.set_problem(tag, explain(error).title)
        self._after(tag)

    @Slot(object)
    def _on_stopped(self, error: Exception) -> None:
        """Nothing more is read: each row says why."""
        self.referrers.begin(None)
        self.model.set_waiting(stopped_text(error))

    def _on_referrers(self, digest: str, rows: tuple[TagRow, ...]) -> None:
        self.model.set_referrers(digest, rows)

    @Slot(object)
    def _on_wait(self, wait: Wait | None) -> None:
        """Each row that is not known yet says what it waits for."""
        self.model.set_waiting("" if wait is None else short_wait_text(wait))

    def _go_on(self) -> None:
        """Once all on view is known, what belongs to it is looked for."""
        if self.resolver.busy:
            return
        self._settle()
        if self.table.isVisible():
            wanted = map(self.model.known.wants_referrers, self.table.on_view())
            self.referrers.want(dict.fromkeys(filter(None, wanted)))

    def _settle(self) -> None:
        chosen = self.selected()
        self.model.settle()
        self._choose_again(chosen)

    def _choose_again(self, chosen: TagRow | None) -> None:
        """What was chosen, where rows were made anew."""
        if chosen is not None and self.selected() is None:
            self.table.choose(chosen.name)

    def _after(self, tag: str) -> None:
        self.model.set_waiting("")
        QTimer.singleShot(0, self, self._go_on)  # the resolver takes the next one first
        chosen = self.selected()
        if chosen is not None and chosen.tag == tag:
            self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        for action, shown in self._actions:
            shown.setEnabled(action.available())
        self.chosen.emit()

    def _show_count(self) -> None:
        shown = self.model.shown
        more = "; filter to see others" if self.model.has_more else ""
        self._says.setText(tags_text(self.model.all, shown) + more)
        self._no_match.setText("No tag matches the filter." if self.model.all.tags else "No tags here.")
        self._no_match.setVisible(not (shown.tags or shown.signatures))

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.table.viewport().mapToGlobal(place))
