"""The .kitignore being edited: behind each line what it keeps out, and below the files of the line that has
the cursor.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.ignore_effects import LineEffect
from kitops_desktop.kitfile.ignore_templates import IGNORE_TEMPLATES
from kitops_desktop.ui.editor.code_editor import CodeEditor
from kitops_desktop.ui.editor.ignore_preview import IgnorePreview, line_text, note_of, whole_text
from kitops_desktop.ui.editor.panes import splitter
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, label


class IgnorePane(QWidget):
    """``patterns_wanted`` carries lines to add, and what they keep out in words."""

    patterns_wanted = Signal(object, str)

    def __init__(self, editor: CodeEditor, folder: Path, background: Background) -> None:
        super().__init__()
        self.editor = editor
        self.preview = IgnorePreview(folder, background, self)
        self._all = label("Looking through the folder…", "muted", wrap=True)
        self._line = label("", wrap=True)
        self._paths = QStringListModel(self)
        self.files = QListView()
        self.files.setModel(self._paths)
        self.files.setUniformItemSizes(True)
        self.files.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.files.setAccessibleName("Files of this line")
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.add_button = button("Add usual lines", "plus")
        self.add_button.setMenu(self._make_menu())
        self._lay_out()
        self.preview.changed.connect(self._on_found)
        editor.cursorPositionChanged.connect(self._show_line)

    def show_text(self, text: str) -> None:
        """The text as it is edited."""
        if self.isVisible():
            self.preview.show_text(text)

    def folder_changed(self) -> None:
        """Another program changed files; while this is hidden, it waits until it is shown."""
        if self.isVisible():
            self.preview.list_again()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.preview.show_text(self.editor.text)
        self.preview.list_again()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._all, 1)
        row.addWidget(self.add_button)
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self._line)
        layout.addWidget(self.files, 1)
        layout.addStretch()  # while there is no list, the rest stays at the top
        parts = splitter(Qt.Orientation.Vertical, self.editor, below)
        parts.setSizes([220, 180])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for template in IGNORE_TEMPLATES:
            action = menu.addAction(template.name)
            action.setToolTip("\n".join(template.patterns))
            action.triggered.connect(
                lambda _=False, one=template: self.patterns_wanted.emit(one.patterns, one.name.lower())
            )
        menu.setToolTipsVisible(True)
        return menu

    @Slot()
    def _on_found(self) -> None:
        found = self.preview.found
        if found is None:
            self.editor.show_notes({})
            self._all.setText(self.preview.problem)
        else:
            self._all.setText(whole_text(found))
            self.editor.show_notes({number: note_of(effect) for number, effect in found.lines.items()})
        self._show_line()

    @Slot()
    def _show_line(self) -> None:
        found = self.preview.found
        number = self.editor.textCursor().blockNumber() + 1
        effect = None if found is None else found.lines.get(number)
        self._line.setText("" if effect is None else name_text(line_text(effect)))
        self._line.setVisible(effect is not None)
        self.files.setVisible(effect is not None and effect.count > 0)
        paths = [] if effect is None else _path_texts(effect)
        if paths != self._paths.stringList():
            self._paths.setStringList(paths)


def _path_texts(effect: LineEffect) -> list[str]:
    texts = [name_text(path) for path in effect.paths]
    if effect.count > len(texts):
        texts.append(f"and {count_text(effect.count - len(texts), 'more file')}")
    return texts
