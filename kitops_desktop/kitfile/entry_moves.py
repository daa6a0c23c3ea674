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
class MovedEntry:
    """The text after a move. ``dropped`` are the keys with values that the new section does not know."""

    text: str
    entry: FieldPath
    """Where the entry is now."""
    dropped: tuple[str, ...] = ()


def move_entry(
    document: KitfileDocument, entry: FieldPath, section: FieldPath, index: int | None = None
) -> MovedEntry:
    """Move an entry into ``section``: before its entry ``index`` as they are counted now, None for the end.

    Comments inside the entry go along where its text can be taken over. The model's place is for one: the
    file that was the model becomes the first of its parts.

    Raises NoSuchField and KitfileSyntaxError.
    """
    if entry == section:
        return MovedEntry(document.text, entry)
    if entry[:-1] == section:
        return _move_within(document, entry, index)
    if section == MODEL:
        return _move_to_model(document, entry)
    if section not in LISTS:
        raise NoSuchField(section)
    if entry == MODEL:
        return _move_from_model(document, section, index)
    return _move_between(document, entry, section, index)


def values_of(entry: object, struct: Struct) -> dict[str, FreeData]:
    """The keys of an entry that have values, without lists of further entries."""
    found: dict[str, Any] = {}
    for field in struct:
        value = getattr(entry, field.attribute)
        if field.kind in (Kind.TEXT, Kind.FREE) and value not in ("", None):
            found[field.key] = value.value if isinstance(value, Parameters) else value
    return found


def _move_within(document: KitfileDocument, entry: FieldPath, index: int | None) -> MovedEntry:
    section, source = entry[:-1], entry[-1]
    count = len(document.value(section) or ())
    if not isinstance(source, int) or not 0 <= source < count:
        raise NoSuchField(entry)
    before = count if index is None else index
    target = before - 1 if before > source else before
    return MovedEntry(document.with_moved(section, source, target), (*section, target))


def _move_between(
    document: KitfileDocument, entry: FieldPath, section: FieldPath, index: int | None
) -> MovedEntry:
    values = _entry_values(document, entry)
    kept, dropped = _split(values, _entry_struct(section))
    for key in dropped:
        document = document.changed(document.without((*entry, key)))
    written = document.entry_text(entry)
    document = document.changed(document.without(entry))
    place = len(document.value(section) or ()) if index is None else index
    text = document.with_entry(section, kept, place, written)
    return MovedEntry(text, (*section, place), dropped)


def _move_to_model(document: KitfileDocument, entry: FieldPath) -> MovedEntry:
    values = _entry_values(document, entry)
    model = document.value(MODEL)
    kept, dropped = _split(values, struct_at(MODEL))
    document = document.changed(document.without(entry))
    if isinstance(model, Model) and model.path:
        document = document.changed(document.with_entry(PARTS, {"path": model.path}, 0))
        # What the model says of itself was said of it, not of the file that takes its place.
        dropped += tuple(key for key in kept if key != "path")
        kept = {"path": values.get("path", "")}
    for key, value in kept.items():
        if key == "path" or not (isinstance(model, Model) and values_of(model, _model_struct()).get(key)):
            document = document.changed(document.with_field((*MODEL, key), value))
    return MovedEntry(document.text, MODEL, dropped)


def _move_from_model(document: KitfileDocument, section: FieldPath, index: int | None) -> MovedEntry:
    model = document.value(MODEL)
    if not isinstance(model, Model):
        raise NoSuchField(MODEL)
    kept, dropped = _split(values_of(model, _model_struct()), _entry_struct(section))
    if section == PARTS or model.parts:  # a model without a file of its own, but with parts
        kept, dropped = {"path": model.path}, ()
        document = document.changed(document.without((*MODEL, "path")))
        place = (len(model.parts) if index is None else index) if section == PARTS else index
        text = document.with_entry(section, kept, place)
    else:
        document = document.changed(document.without(MODEL))
        text = document.with_entry(section, kept, index)
    last = len(document.value(section) or ())
    return MovedEntry(text, (*section, last if index is None else index), dropped)


def _entry_values(document: KitfileDocument, entry: FieldPath) -> dict[str, FreeData]:
    section = entry[:-1]
    if section not in LISTS:
        raise NoSuchField(entry)
    items = document.value(section) or ()
    index = entry[-1]
    if not isinstance(index, int) or not 0 <= index < len(items):
        raise NoSuchField(entry)
    return values_of(items[index], _entry_struct(section))


def _split(values: dict[str, FreeData], struct: Struct | None) -> tuple[dict[str, FreeData], tuple[str, ...]]:
    """What ``struct`` has keys for, and the keys it has not."""
    known = {field.key for field in struct or ()}
    kept = {key: value for key, value in values.items() if key in known}
    return kept, tuple(key for key in values if key not in known)


def _entry_struct(section: FieldPath) -> Struct:
    struct = struct_at((*section, 0))
    assert struct is not None
    return struct


def _model_struct() -> Struct:
    struct = struct_at(MODEL)
    assert struct is not None
    return struct
