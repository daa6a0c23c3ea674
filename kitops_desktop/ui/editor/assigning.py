"""Carries out moves of files to sections: one step to undo each, in a worker thread when they take long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.updates import NoSuchField
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.assign import NamedStep, assign
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.sections import FieldPath

_MOST_AT_ONCE = 32 * 1024
"""Characters that are read again, over all paths, before it is left to a worker thread."""


class Assigning(QObject):
    """``done`` says what else a step did, ``refused`` why nothing was done."""

    done = Signal(object)  # NamedStep
    refused = Signal(object)  # Exception

    def __init__(self, editor: ProjectEditor, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._reader = Reader(background, self, latest_only=False)

    def move(self, paths: tuple[str, ...], section: FieldPath) -> None:
        """Move paths of the project to a section, or to ``IGNORE``."""
        editor = self._editor
        editor.read_now()
        text, ignore = editor.text(Part.KITFILE), editor.text(Part.IGNORE)
        document = editor.document

        def work() -> NamedStep:
            return assign(document.changed(text), ignore, paths, section)

        if len(text) * len(paths) > _MOST_AT_ONCE:
            self._reader.read(
                lambda _: work(),
                lambda step: self._take(step, text, ignore, lambda: self.move(paths, section)),
                self.refused.emit,
            )
            return
        try:
            step = work()
        except (KitOpsError, NoSuchField) as error:
            self.refused.emit(error)
            return
        self._take(step, text, ignore, lambda: None)

    def _take(self, step: NamedStep, text: str, ignore: str, again: Callable[[], None]) -> None:
        editor = self._editor
        if (editor.text(Part.KITFILE), editor.text(Part.IGNORE)) != (text, ignore):
            again()  # it was typed on meanwhile
            return
        changes = [
            (part, after)
            for part, after in ((Part.KITFILE, step.kitfile), (Part.IGNORE, step.ignore))
            if after != editor.text(part)
        ]
        stack = editor.undo_stack
        if len(changes) > 1:
            stack.beginMacro(step.label)
        for part, after in changes:
            editor.replace_text(part, after, step.label)
        if len(changes) > 1:
            stack.endMacro()
        self.done.emit(step)
