"""One registry: who is signed in, its repositories, and the tags of the one that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.browser import registry_rows
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.registry_mark import ColourDot, stage_pills
from kitops_desktop.ui.browser.registry_rows import RegistryRow
from kitops_desktop.ui.browser.repositories_pane import RepositoriesPane
from kitops_desktop.ui.browser.tags_pane import TagsPane
from kitops_desktop.ui.editor.panes import splitter
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, restyle

_LEAST_TREE, _LEAST_TAGS = 200, 300
_MOST_PILLS = 5


class RegistryView(QWidget):
    """Lays the parts out; what they show is given to them by the page."""

    sign_in_wanted = Signal()
    sign_out_wanted = Signal()
    edit_wanted = Signal()
    refresh_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.repositories = RepositoriesPane()
        self.tags = TagsPane(background)
        self._title = ElidedLabel(kind="title")
        self._host = ElidedLabel(kind="muted")
        self._dot = ColourDot()
        self._pills = [Badge() for _ in range(_MOST_PILLS)]
        self._sign = button("Sign in…", "sign-in")
        self._keep = button("Keep on the list", "plus")
        self._keep.clicked.connect(self.keep_wanted)
        self._sign.clicked.connect(self._on_sign)
        self._row: RegistryRow | None = None
        self.problem = ProblemPanel()
        """What is wrong with the registry as a whole."""
        panes = splitter(Qt.Orientation.Horizontal)
        for pane, least, share in ((self.repositories, _LEAST_TREE, 1), (self.tags, _LEAST_TAGS, 3)):
            pane.setMinimumWidth(least)
            panes.addWidget(pane)
            panes.setStretchFactor(panes.count() - 1, share)
        panes.setSizes([260, 640])
        self._panes = panes
        self._rest = QWidget()
        self._rest.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._make_head())
        layout.addWidget(self.problem)
        layout.addWidget(panes, 1)
        layout.addWidget(self._rest, 1)

    def show_row(self, row: RegistryRow, *, is_kept: bool) -> None:
        """Show who is signed in and how it is spoken to; ``is_kept`` when it is on the user's list."""
        self._row = row
        self._title.setText(row.title)
        self._host.setText(row.host if row.label.name else "")
        self._host.setVisible(bool(row.label.name))
        self._dot.show_colour(row.label.colour)
        pills = (*stage_pills(row.label), *registry_rows.sign_in_pills(row), *registry_rows.state_pills(row))
        for number, shown in enumerate(self._pills):
            shown.show_text(*(pills[number] if number < len(pills) else ("",)))
            shown.setVisible(number < len(pills))
            shown.setToolTip(registry_rows.tool_tip(row))
        signed_in = row.signed_in is not None and row.signed_in.can_be_forgotten
        self._sign.setText("Sign out" if signed_in else "Sign in…")
        self._keep.setVisible(not is_kept)

    def show_problem(self, error: BaseException) -> None:
        """What meets everything that is asked of the registry; panes with nothing in them give way."""
        self.problem.show_error(error)
        empty = not self.repositories.model.names and not self.tags.model.all.tags
        focused = QApplication.focusWidget()
        if empty and focused is not None and self._panes.isAncestorOf(focused):
            self.problem.focus_first()
        self._panes.setVisible(not empty)
        self._rest.setVisible(empty)

    @property
    def host(self) -> str:
        """The registry whose repositories are shown."""
        return self.repositories.open_field.registry

    def clear_problem(self) -> None:
        self.problem.clear()
        self._panes.show()
        self._rest.hide()

    def _make_head(self) -> QHBoxLayout:
        pills = QHBoxLayout()
        pills.setSpacing(6)
        pills.addWidget(self._dot)
        for shown in self._pills:
            pills.addWidget(shown)
            shown.hide()
        pills.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._title)
        texts.addWidget(self._host)
        texts.addLayout(pills)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(texts, 1)
        row.addWidget(self._keep)
        row.addWidget(self._sign)
        more = button("More", "more")
        menu = QMenu(more)
        for action in (
            Action("Read again", self.refresh_wanted.emit, "F5", "retry"),
            Action("Edit registry…", self.edit_wanted.emit, "", "edit"),
        ):
            menu.addAction(to_qaction(action, menu))
        more.setMenu(menu)
        restyle(more, menu="true")
        row.addWidget(more)
        return row

    def _on_sign(self) -> None:
        row = self._row
        signed_in = row is not None and row.signed_in is not None and row.signed_in.can_be_forgotten
        (self.sign_out_wanted if signed_in else self.sign_in_wanted).emit()
