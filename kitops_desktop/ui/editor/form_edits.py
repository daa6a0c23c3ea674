"""What the form asks for, as named edits of a document."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.kitfile import entry_moves
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.entry_moves import Move
from kitops_desktop.ui.editor.field_names import FieldPath, field_title
from kitops_desktop.ui.editor.form_fields import SECTIONS
from kitops_desktop.ui.editor.parameter_edits import ParameterEdit
from kitops_desktop.ui.editor.path_text import name_text

_LISTS = ("parts", "datasets", "code", "docs", "prompts", "mcpServers")


@dataclass(frozen=True, slots=True)
class NamedEdit:
    """``label`` is what undo calls it; edits of the same ``merge_key`` are undone together."""

    label: str
    change: Callable[[KitfileDocument], str]
    merge_key: str = ""


def set_field(path: FieldPath, value: str | tuple[str, ...]) -> NamedEdit:
    """A field of the form was typed into; the empty text takes the field away."""
    label, key = f"edit of {field_title(path)}", f"field {path}"
    if isinstance(value, tuple):
        return NamedEdit(label, lambda document: with_texts(document, path, value), key)
    return NamedEdit(label, lambda document: document.with_field(path, value), key)


def edit_parameter(entry: FieldPath, edit: ParameterEdit) -> NamedEdit:
    """One parameter was edited in the table of an entry."""
    path = (*entry, "parameters")
    return NamedEdit(f"{edit.label} of {field_title(entry)}", edit.change(path))


def add_entry(section: FieldPath, project_name: str, file: str) -> NamedEdit:
    """One more entry; ``file`` is the path it shall have, "" for none yet."""
    if section[-1] in _LISTS:
        entry = {"path": file} if file else {}
        return NamedEdit(
            f"adding of {field_title(section)}", lambda document: document.with_entry(section, entry)
        )
    key, value = ("path", file) if file else ("name", project_name)
    path = (*section, key)
    return NamedEdit(f"adding of {field_title(section)}", lambda document: document.with_field(path, value))


def remove_entry(entry: FieldPath) -> NamedEdit:
    return NamedEdit(f"removal of {field_title(entry)}", lambda document: document.without(entry))


def move_entry(entry: FieldPath, step: int) -> NamedEdit:
    """One place up or down in its section."""
    *section, index = entry
    assert isinstance(index, int)
    path = tuple(section)
    return NamedEdit(
        f"reorder {section_title(path)}",
        lambda document: document.with_moved(path, index, index + step),
    )


def send_entry(
    document: KitfileDocument, entry: FieldPath, section: FieldPath, index: int | None
) -> tuple[NamedEdit, Move]:
    """To another section, or to another place in its own; and what that comes to.

    Raises NoSuchField.
    """
    move = entry_moves.planned_move(document, entry, section, index)
    if entry[:-1] == section:
        label = f"reorder {section_title(section)}"
    else:
        label = f"move {entry_title(document, entry)} to {section_title(section)}"
    return NamedEdit(label, lambda now: entry_moves.move_entry(now, entry, section, index).text), move


def entry_title(document: KitfileDocument, entry: FieldPath) -> str:
    """What an entry is called in the name of a step: the last part of its path, or its name."""
    one = document.value(entry)
    path = str(getattr(one, "path", "")).rstrip("/").rpartition("/")[2]
    return name_text(path or getattr(one, "name", "")) or field_title(entry)


def dropped_text(move: Move) -> str:
    """What a person is told of fields that the new section does not have, "" when nothing is lost."""
    if not move.dropped:
        return ""
    section = section_title(move.target[:-1] if isinstance(move.target[-1], int) else move.target)
    return f"{section} has no {_listed(move.dropped)}, so that was left out; undo brings it back."


def with_texts(document: KitfileDocument, path: FieldPath, values: tuple[str, ...]) -> str:
    """The text with another list of texts at ``path``; items that stay the same are not touched."""
    before = document.value(path) or ()
    for index in range(len(before) - 1, len(values) - 1, -1):
        document = document.changed(document.without((*path, index)))
    for index, value in enumerate(values):
        if index >= len(before):
            document = document.changed(document.with_entry(path, value))
        elif before[index] != value:
            document = document.changed(document.with_field((*path, index), value))
    return document.text


def path_in_folder(folder: Path, chosen: Path) -> str:
    """The path as a Kitfile names it: relative, with ``/``; "" for one outside of the folder."""
    try:
        relative = chosen.absolute().relative_to(folder.absolute())
    except ValueError:
        return ""
    return relative.as_posix()


def first_uncovered(paths: Iterable[str]) -> str:
    """The first path that no entry takes and that a Kitfile can name, "" when there is none."""
    return next((path for path in paths if _is_text(path)), "")


def section_title(section: FieldPath) -> str:
    """ "Datasets"; for a section that the form does not have, its key."""
    return next((one.title for one in SECTIONS if one.path == section), str(section[-1]))


def _listed(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _is_text(path: str) -> bool:
    try:
        os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return path.isprintable()
