"""Looks into the files of a folder without a Kitfile, and proposes one by what they hold; changes guesses."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, Signal

from kitops_desktop.classification.classification import Alternative, Classification, Guess, Section
from kitops_desktop.classification.classify import classify
from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.looks import Looks
from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.ignore import IGNORE_FILE
from kitops_desktop.kitfile.problems import field_path
from kitops_desktop.kitfile.updates import NoSuchField
from kitops_desktop.modelkit.source_files import FileIdentity
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.assigning import Assigning
from kitops_desktop.ui.editor.form_edits import set_field
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.sections import IGNORE, FieldPath

_TARGETS: dict[Section, FieldPath] = {
    Section.MODEL: ("model",),
    Section.PART: ("model", "parts"),
    Section.DATASET: ("datasets",),
    Section.CODE: ("code",),
    Section.DOCS: ("docs",),
    Section.PROMPT: ("prompts",),
    Section.MCP_SERVER: ("mcpServers",),
    Section.IGNORED: IGNORE,
}


class Classifying(QObject):
    """The proposal by names is there at once; the one by content takes its place when nothing was edited."""

    ended = Signal()

    def __init__(
        self,
        editor: ProjectEditor,
        assigning: Assigning,
        author: str,
        looks: Looks,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._assigning, self._author = editor, assigning, author
        self._looks = looks
        self._reader = Reader(background, self)

    @property
    def busy(self) -> bool:
        return self._reader.busy

    def begin(self) -> None:
        """Look into the folder, unless it has a Kitfile."""
        project, author, looks = self._editor.project, self._author, self._looks

        def keep(look: FileLook, stat: os.stat_result) -> None:
            """Looking for secrets and pickles comes next; it need not read these again."""
            looks.keep(FileIdentity.of(stat), look)

        if project.is_new:
            self._reader.read(
                lambda token: classify(
                    project.folder,
                    author=author,
                    repository=project.repository,
                    token=token,
                    on_look=keep,
                ),
                self._on_found,
                lambda _: self.ended.emit(),  # the look at the folder tells what is wrong with it
            )

    def use_proposal(self) -> None:
        """Put the proposal in place of what stands there, as one step that can be undone."""
        self._editor.replace_text(Part.KITFILE, self._editor.project.proposal, "proposal by content")

    def change(self, guess: Guess, alternative: Alternative) -> None:
        """Take the alternative instead of what was guessed, as one named step."""
        editor = self._editor
        editor.read_now()
        if guess.field == IGNORE_FILE:
            text = editor.project.with_patterns((guess.value,))
            editor.replace_text(Part.IGNORE, text, f"ignoring of {guess.value}")
        elif alternative.section is not None:
            self._assigning.move((guess.value,), _TARGETS[alternative.section])
        elif guess.field == "model.path":
            self._assigning.move((alternative.value,), _TARGETS[Section.MODEL])
        elif path := current_place(guess, editor.project.guesses, editor.document):
            editor.edit(set_field(path, alternative.value).change, f"change of {guess.field}")

    def _on_found(self, found: Classification) -> None:
        editor, project = self._editor, self._editor.project
        untouched = editor.undo_stack.count() == 0
        project.take_classification(found)
        if untouched and project.is_new and not project.modified:
            project.propose()
            editor.put_text(Part.KITFILE, project.text(Part.KITFILE))
            editor.read_now()
        editor.state_changed.emit()
        self.ended.emit()


def current_place(guess: Guess, guesses: tuple[Guess, ...], document: KitfileDocument) -> FieldPath | None:
    """Where the field of a guess is now: entries are known by their paths, which may have moved.

    None when the entry is not there any more.
    """
    path = field_path(guess.field)
    index = next((place for place, step in enumerate(path) if isinstance(step, int)), None)
    if index is None:
        return path
    of_entry = f"{guess.field.rpartition('.')[0]}.path"
    named = next((one.value for one in guesses if one.field == of_entry), "")
    try:
        entries = document.value(path[:index])
    except NoSuchField:
        return None
    for number, entry in enumerate(entries or ()):
        if entry.path == named:
            return (*path[:index], number, *path[index + 1 :])
    return None
