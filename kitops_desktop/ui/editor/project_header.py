"""The first line of a project: what it is, whether it is saved, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.jobs.project_state import ProjectState
from kitops_desktop.ui.editor.folder_watch import watch_text
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.project import Project
from kitops_desktop.ui.editor.standing_text import standing_sentence
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, icon_button, label
from kitops_desktop.watching.folder_watch import WatchState

_LONGEST_NAME = 32


class ProjectHeader(QWidget):
    """Buttons for what the keys do as well; ``show_state`` says which of them make sense now."""

    undo_wanted = Signal()
    redo_wanted = Signal()
    save_wanted = Signal()
    problems_wanted = Signal()
    pack_wanted = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        title = label(_shortened(name_text(project.name)), "title")
        self._badge = Badge()
        self._undo = icon_button("undo", "Undo")
        self._redo = icon_button("redo", "Redo")
        self._save = button("Save", "save")
        self._save.setToolTip("Write the Kitfile and .kitignore (Ctrl+S)")
        self._problems = button("Problems", "warning")
        self._pack = button("Pack…", "pack", "primary")
        self._pack.setToolTip("Make a ModelKit of the folder (Ctrl+Return)")
        for made, wanted in (
            (self._undo, self.undo_wanted),
            (self._redo, self.redo_wanted),
            (self._save, self.save_wanted),
            (self._problems, self.problems_wanted),
            (self._pack, self.pack_wanted),
        ):
            made.clicked.connect(wanted)
        name = QHBoxLayout()
        name.setSpacing(10)
        name.addWidget(title)
        name.addWidget(self._badge)
        name.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addLayout(name)
        texts.addWidget(ElidedLabel(name_text(str(project.place)), "muted"))
        self._standing = self._watched = ""
        self._facts = ElidedLabel("", "caption", Qt.TextElideMode.ElideRight)
        self._facts.hide()
        texts.addWidget(self._facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        self._toggles = QHBoxLayout()
        self._toggles.setSpacing(2)
        row.addLayout(self._toggles)
        for made in (self._undo, self._redo, self._problems, self._save, self._pack):
            row.addWidget(made)
        self.show_problems(0)

    def add_toggles(self, buttons: Iterable[QWidget]) -> None:
        """Buttons that say which panes are on view."""
        for made in buttons:
            self._toggles.addWidget(made)

    def show_state(self, stack: QUndoStack) -> None:
        """Show what can be undone, and whether there is something to save."""
        for made, name, possible, text, key in (
            (self._undo, "Undo", stack.canUndo(), stack.undoText(), "Ctrl+Z"),
            (self._redo, "Redo", stack.canRedo(), stack.redoText(), "Ctrl+Shift+Z"),
        ):
            made.setEnabled(possible)
            made.setAccessibleName(f"{name} {text}".strip())
            made.setToolTip(f"{name} {text} ({key})" if text else f"{name} ({key})")
        modified = self._project.modified
        if self._project.is_new:
            self._badge.show_text("not saved yet", "accent")
        else:
            self._badge.show_text("modified" if modified else "", "warning")
        self._save.setEnabled(self._project.needs_saving)

    def show_standing(self, state: ProjectState | None) -> None:
        """Say what the folder is in sync with, or what a new pack would come to."""
        self._standing = standing_sentence(state)
        self._show_facts()

    def show_watch(self, state: WatchState) -> None:
        """Say whether changes of others are seen at once."""
        self._watched = watch_text(state)
        self._show_facts()

    @property
    def facts(self) -> str:
        """What is said of the folder."""
        return self._facts.text()

    def _show_facts(self) -> None:
        text = " · ".join(part for part in (self._standing, self._watched) if part)
        self._facts.setText(text)
        self._facts.setVisible(bool(text))

    def show_problems(self, count: int) -> None:
        self._problems.setText(f"Problems {count}")
        self._problems.setToolTip("Go to the next problem (F8)")
        self._problems.setVisible(count > 0)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
