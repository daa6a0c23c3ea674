"""Moving entries of a Kitfile to other sections, and to other places in their own.

What the new section has no field for is left behind and named, so that whoever asked can say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.fields import KITFILE, Kind, Struct
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.kitfile import FreeData, Model, Parameters
from kitops_desktop.kitfile.text_places import struct_at
from kitops_desktop.kitfile.updates import NoSuchField

MODEL: FieldPath = ("model",)
PARTS: FieldPath = ("model", "parts")
LISTS: tuple[FieldPath, ...] = (
    PARTS,
    *((field.key,) for field in KITFILE if field.kind is Kind.ENTRIES),
)
"""The sections that are lists."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a move comes to. ``dropped`` are the keys with values that the new section does not know."""

    source: FieldPath
    target: FieldPath
    """Where the entry is afterwards."""
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedEntry:
    """The text after a move, where the entry is now, and what was ``dropped``, as in ``Move``."""

    text: str
    entry: FieldPath
    dropped: tuple[str, ...] = ()


def planned_move(
    document: KitfileDocument, entry: FieldPath, section: FieldPath, index: int | None = None
) -> Move:
    """What moving an entry into ``section`` comes to: before its entry ``index``, as they are counted now, or
    with None to the end.

    Raises NoSuchField.
    """
    if entry == section:
        return Move(entry, entry)
    values = _source(document, entry)
    if entry[:-1] == section:
        return Move(entry, (*section, _place_within(document, entry, index)))
    if section == MODEL:
        model = document.value(MODEL)
        known = {"path"} if isinstance(model, Model) and model.path else _keys(MODEL)
        return Move(entry, MODEL, tuple(key for key in values if key not in known))
    if section not in LISTS:
        raise NoSuchField(section)
    count = len(document.value(section) or ())
    target = (*section, count if index is None else index)
    if entry == MODEL and _stays(document, section):
        return Move(entry, target)
    return Move(entry, target, tuple(key for key in values if key not in _keys((*section, 0))))


def move_entry(
    document: KitfileDocument, entry: FieldPath, section: FieldPath, index: int | None = None
) -> MovedEntry:
    """Move an entry into ``section``, as ``planned_move`` says.

    Comments inside the entry go along where its text can be taken over. The model's place is for one: the
    file that was the model becomes the first of its parts. A model with parts gives only its file away.

    Raises NoSuchField and KitfileSyntaxError.
    """
    move = planned_move(document, entry, section, index)
    return MovedEntry(_moved_text(document, move), move.target, move.dropped)


def _moved_text(document: KitfileDocument, move: Move) -> str:
    source, target = move.source, move.target
    section = target[:-1]
    if source == target:
        return document.text
    if source[:-1] == section:
        return document.with_moved(section, _index(source), _index(target))
    if target == MODEL:
        return _move_to_model(document, move)
    if source == MODEL and _stays(document, section):
        path = document.value((*MODEL, "path"))
        document = document.changed(document.without((*MODEL, "path")))
        return document.with_entry(section, {"path": path}, _index(target))
    values = _source(document, source)
    kept = {key: value for key, value in values.items() if key not in move.dropped}
    for key in move.dropped:
        document = document.changed(document.without((*source, key)))
    written = document.entry_text(source) if source != MODEL else ""
    document = document.changed(document.without(source))
    return document.with_entry(section, kept, _index(target), written)


def values_of(entry: object, struct: Struct) -> dict[str, FreeData]:
    """The keys of an entry that have values, without lists of further entries."""
    found: dict[str, Any] = {}
    for field in struct:
        value = getattr(entry, field.attribute)
        if field.kind in (Kind.TEXT, Kind.FREE) and value not in ("", None):
            found[field.key] = value.value if isinstance(value, Parameters) else value
    return found


def _move_to_model(document: KitfileDocument, move: Move) -> str:
    values = _source(document, move.source)
    old = document.value(MODEL)
    document = document.changed(document.without(move.source))
    if isinstance(old, Model) and old.path:
        document = document.changed(document.with_entry(PARTS, {"path": old.path}, 0))
    said = values_of(old, _struct(MODEL)) if isinstance(old, Model) else {}
    for key, value in values.items():
        if key not in move.dropped and (key == "path" or key not in said):
            document = document.changed(document.with_field((*MODEL, key), value))
    return document.text


def _stays(document: KitfileDocument, section: FieldPath) -> bool:
    """Whether there is a model left when its file goes to ``section``."""
    model = document.value(MODEL)
    return section == PARTS or (isinstance(model, Model) and bool(model.parts))


def _place_within(document: KitfileDocument, entry: FieldPath, index: int | None) -> int:
    source = _index(entry)
    before = len(document.value(entry[:-1])) if index is None else index
    return before - 1 if before > source else before


def _source(document: KitfileDocument, entry: FieldPath) -> dict[str, FreeData]:
    """The keys of an entry that have values. Raises NoSuchField."""
    if entry != MODEL and entry[:-1] not in LISTS:
        raise NoSuchField(entry)
    value = document.value(entry)
    if value is None:
        raise NoSuchField(entry)
    return values_of(value, _struct(entry))


def _index(entry: FieldPath) -> int:
    index = entry[-1]
    if not isinstance(index, int):
        raise NoSuchField(entry)
    return index


def _keys(entry: FieldPath) -> set[str]:
    return {field.key for field in _struct(entry)}


def _struct(entry: FieldPath) -> Struct:
    struct = struct_at(entry)
    assert struct is not None
    return struct
