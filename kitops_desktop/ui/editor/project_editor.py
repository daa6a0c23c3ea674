"""The one way to change a project: form, text, fixes and undo all go through here, and all are told.

Short texts are read at once after a pause in typing; long ones in a worker thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoStack

from kitops_desktop.errors import KitfileError
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.updates import NoSuchField
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.text_delta import TextDelta, delta_between
from kitops_desktop.ui.editor.typing_run import TypingRun
from kitops_desktop.ui.editor.undo_command import EditText

PAUSE = 120
"""Milliseconds without a key stroke before the text is read."""
LONG = 64 * 1024
"""Characters of a text that is read in a worker thread."""
UNDO_LIMIT = 10_000
"""Steps that can be undone; each keeps what it removed and what it put in."""

Edit = Callable[[KitfileDocument], str]


class ProjectEditor(QObject):
    """Signals say what changed; who shows a text compares it with his own."""

    text_changed = Signal(object)  # Part
    document_changed = Signal()
    state_changed = Signal()
    """Whether there is something to save or to undo may have changed."""
    refused = Signal(object)  # the error of an edit that could not be done

    def __init__(self, project: Project, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self._typing = {part: TypingRun() for part in Part}
        self._reader = Reader(background, self)
        self._edits: list[tuple[Edit, str, str]] = []
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._read)
        self.undo_stack.indexChanged.connect(self._on_index_changed)

    @property
    def document(self) -> KitfileDocument:
        return self.project.document

    def text(self, part: Part) -> str:
        return self.project.text(part)

    def type_text(self, part: Part, after: str) -> None:
        """The text as a person typed it; strokes that follow one another are undone together."""
        self._push(part, after, f"typing in {part.value}", self._typing[part].key)

    def replace_text(self, part: Part, after: str, label: str) -> None:
        """A text in one step that can be undone: ``label`` says of what ("edit of model name")."""
        self._push(part, after, label, _alone)
        if part is Part.KITFILE:
            self.read_now()

    def replace_texts(self, texts: Mapping[Part, str], label: str) -> None:
        """Several texts in one step."""
        changed = {part: after for part, after in texts.items() if after != self.text(part)}
        if len(changed) > 1:
            self.undo_stack.beginMacro(label)
        for part, after in changed.items():
            self._push(part, after, label, _alone)
        if len(changed) > 1:
            self.undo_stack.endMacro()
            self.state_changed.emit()
        self.read_now()

    def edit(self, change: Edit, label: str, merge_key: str = "") -> None:
        """Change the Kitfile by what ``change`` makes of the document as it is now.

        ``refused`` tells when it cannot be done.
        """
        if len(self.text(Part.KITFILE)) > LONG or self._edits:
            if merge_key and [edit[2] for edit in self._edits[1:]][-1:] == [merge_key]:
                self._edits.pop()  # typed on before it was begun
            self._edits.append((change, label, merge_key))
            self._read_in_background()
            return
        self.read_now()
        try:
            after = change(self.document)
        except (KitfileError, NoSuchField) as error:
            self.refused.emit(error)
            return
        self._take(after, label, merge_key)

    def read_now(self) -> None:
        """Read the text without waiting for a pause, unless it is a long one."""
        if len(self.text(Part.KITFILE)) > LONG:
            self._read_in_background()
            return
        self._pause.stop()
        before = self.document
        if self.project.read() is not before:
            self.document_changed.emit()

    @Slot()
    def undo(self) -> None:
        """Undo the last step; what is typed next is one of its own."""
        self.undo_stack.undo()
        self.end_run()
        self.read_now()

    @Slot()
    def redo(self) -> None:
        self.undo_stack.redo()
        self.end_run()
        self.read_now()

    def end_run(self) -> None:
        """What is typed next is undone on its own."""
        for run in self._typing.values():
            run.end()

    def put_text(self, part: Part, text: str) -> None:
        """Set a text without a step to undo; for the steps themselves."""
        self.project.set_text(part, text)
        self.text_changed.emit(part)
        if part is Part.KITFILE:
            self._pause.start()

    def _push(self, part: Part, after: str, label: str, key_of: Callable[[TextDelta], str]) -> None:
        """Do an edit as a step; ``key_of`` says with which steps before it is undone together."""
        delta = delta_between(self.text(part), after)
        if not delta.is_empty:
            self.undo_stack.push(EditText(self, part, after, delta, label, key_of(delta)))
            self.state_changed.emit()

    def _take(self, after: str, label: str, merge_key: str) -> None:
        self._push_kitfile(after, label, merge_key)
        self.read_now()

    def _push_kitfile(self, after: str, label: str, merge_key: str) -> None:
        self._push(Part.KITFILE, after, label, lambda _: merge_key)

    @Slot()
    def _read(self) -> None:
        self.read_now()

    @Slot(int)
    def _on_index_changed(self, index: int) -> None:
        self.state_changed.emit()

    def _read_in_background(self) -> None:
        """Read the newest text; then do the next edit that waits for it."""
        if self._reader.busy and self._edits:
            return
        before, text = self.document, self.text(Part.KITFILE)
        change = self._edits[0][0] if self._edits else None

        def read() -> tuple[KitfileDocument, str | Exception | None]:
            document = before.changed(text)
            try:
                return document, None if change is None else change(document)
            except (KitfileError, NoSuchField) as error:
                return document, error

        self._reader.read(lambda _: read(), lambda result: self._on_read(*result), self._on_failed)

    def _on_read(self, document: KitfileDocument, outcome: str | Exception | None) -> None:
        if document.text != self.text(Part.KITFILE):
            self._read_in_background()  # it was typed on meanwhile
            return
        self.project.document = document
        if outcome is not None:
            _, label, merge_key = self._edits.pop(0)
            if isinstance(outcome, Exception):
                self.refused.emit(outcome)
            else:
                self._push_kitfile(outcome, label, merge_key)
        if self._edits or not self.project.is_read:
            self._read_in_background()
        else:  # told when nothing waits: a form that is typed into is not shown what it said a while ago
            self.document_changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._edits.clear()
        self.refused.emit(error)


def _alone(delta: TextDelta) -> str:
    """No step before it is undone together with this one."""
    return ""
