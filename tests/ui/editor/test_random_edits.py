"""A thousand edits of all kinds, undone and done again: each state is met again exactly as it was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QTextCursor, QTextDocument

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.project import Part, Project
from kitops_desktop.ui.editor.project_editor import ProjectEditor
from kitops_desktop.ui.editor.shown_text import shown_text
from kitops_desktop.ui.editor.text_pane import TextPane

EDITS = 1000
WAYS = 9
_PIECES = ("a", "x", " ", "\n", "é", "😀", "# c", "-", "two\nlines\n", "\t", ": ")
_SECTIONS = ("code", "datasets", "docs", "prompts")
_FIELDS = (("package", "name"), ("package", "license"), ("model", "path"), ("model", "description"))

Texts = tuple[str, str]


class Person:
    """Edits a project in all the ways there are, at random, and remembers what each state was."""

    def __init__(self, editor: ProjectEditor, pane: TextPane, seed: int) -> None:
        self._editor, self._pane = editor, pane
        self._random = random.Random(seed)
        self.states = {0: self.texts()}
        self.done: set[str] = set()
        """The ways in which something was edited so far."""

    def texts(self) -> Texts:
        return self._editor.text(Part.KITFILE), self._editor.text(Part.IGNORE)

    def edit(self) -> None:
        """One edit, or one or more steps back or forth."""
        stack = self._editor.undo_stack
        ways: tuple[Callable[[], None], ...] = (
            self._type_comment, self._type_ignore, self._erase_ignore, self._type_on,
            self._set_field, self._add_entry, self._remove_entry, self._move_entry, self._add_pattern,
        )  # fmt: skip
        way = self._random.randrange(len(ways) + 3)
        if way < len(ways):
            before = stack.index(), self.texts()
            ways[way]()
            if (stack.index(), self.texts()) != before:
                self._note()
                self.done.add(ways[way].__name__)
        else:
            for _ in range(self._random.randrange(1, 6)):
                (stack.undo if way == len(ways) else stack.redo)()
            self._editor.end_run()
        assert self.texts() == self.states[stack.index()]

    def _note(self) -> None:
        """This is the newest state now: what had been undone cannot be done again."""
        index = self._editor.undo_stack.index()
        self.states = {known: texts for known, texts in self.states.items() if known < index}
        self.states[index] = self.texts()

    def _type_comment(self) -> None:
        """Whatever is typed behind a # leaves the Kitfile one; now and then it is broken, and mended."""
        text = self._pane.editors[Part.KITFILE].toPlainText()
        if self._random.random() < 0.1:
            self._type(Part.KITFILE, self._random.randrange(len(text) + 1), "}:{\n")
            self._note()
            self._editor.undo_stack.undo()
            self._add_pattern()  # so that no step forth breaks it for good
            return
        self._type(Part.KITFILE, text.index("#") + 1, self._random.choice(_PIECES).replace("\n", "~"))

    def _type_ignore(self) -> None:
        length = len(self._pane.editors[Part.IGNORE].toPlainText())
        self._type(Part.IGNORE, self._random.randrange(length + 1), self._random.choice(_PIECES))

    def _type_on(self) -> None:
        """Letter by letter, as one run."""
        for letter in "typed":
            cursor = QTextCursor(self._pane.editors[Part.IGNORE].document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(letter)

    def _erase_ignore(self) -> None:
        document = self._pane.editors[Part.IGNORE].document()
        cursor = QTextCursor(document)
        cursor.setPosition(between_characters(document, self._random.randrange(document.characterCount())))
        cursor.movePosition(
            QTextCursor.MoveOperation.NextCharacter,
            QTextCursor.MoveMode.KeepAnchor,
            self._random.randrange(9),
        )
        cursor.removeSelectedText()

    def _type(self, part: Part, place: int, piece: str) -> None:
        document = self._pane.editors[part].document()
        cursor = QTextCursor(document)
        cursor.setPosition(between_characters(document, min(place, document.characterCount() - 1)))
        cursor.insertText(piece)

    def _set_field(self) -> None:
        path = self._random.choice(_FIELDS)
        self._do(form_edits.set_field(path, self._random.choice(("", "one", "two: #", "drei\nvier", "😀"))))

    def _add_entry(self) -> None:
        self._do(form_edits.add_entry((self._random.choice(_SECTIONS),), "p", self._random.choice("abc")))

    def _remove_entry(self) -> None:
        section = self._random.choice(_SECTIONS)
        self._do(form_edits.remove_entry((section, self._random.randrange(3))))

    def _move_entry(self) -> None:
        self._do(form_edits.move_entry((self._random.choice(_SECTIONS), self._random.randrange(3)), 1))

    def _add_pattern(self) -> None:
        text = self._editor.project.with_patterns((f"**/*.{self._random.randrange(99)}",))
        self._editor.replace_text(Part.IGNORE, text, "ignoring")

    def _do(self, edit: form_edits.NamedEdit) -> None:
        self._editor.edit(edit.change, edit.label, edit.merge_key)


def between_characters(document: QTextDocument, place: int) -> int:
    """The place, or the one before it where it is inside a character: no cursor of a person gets there."""
    found = document.characterAt(place)
    return place - 1 if found and 0xDC00 <= ord(found) <= 0xDFFF else place


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background(1)
    yield made
    made.close()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_thousand_random_edits_lead_back_and_forth(
    folder: Path, background: Background, line_end: str, qapp: object
) -> None:
    for name in ("Kitfile", ".kitignore"):
        content = (folder / name).read_text().replace("\n", line_end)
        (folder / name).write_bytes(content.encode())
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    project = Project(folder)
    editor, pane = ProjectEditor(project, background), TextPane(folder, background)
    pane.typed.connect(editor.type_text)
    editor.text_changed.connect(lambda part: pane.show_text(part, editor.text(part)))
    for part in Part:
        pane.show_text(part, project.text(part))
    person = Person(editor, pane, seed)
    for _ in range(EDITS):
        person.edit()
    assert len(person.done) == WAYS, "each of them did something"
    end, stack = person.texts(), editor.undo_stack
    while stack.canRedo():
        stack.redo()
    steps = stack.index()
    assert steps > 50
    while stack.canUndo():
        stack.undo()
        assert person.texts() == person.states[stack.index()]
    assert not project.modified
    assert (folder / "Kitfile").read_bytes().decode() == project.text(Part.KITFILE)
    while stack.canRedo():
        stack.redo()
        assert person.texts() == person.states[stack.index()]
    assert stack.index() == steps
    assert end in person.states.values()
    for part in Part:
        assert pane.editors[part].toPlainText() == shown_text(project.text(part))
        assert pane.editors[part].text == project.text(part)
    shiboken6.delete(editor)
    shiboken6.delete(pane)
