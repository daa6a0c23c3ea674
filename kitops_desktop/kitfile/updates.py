"""Changes to a Kitfile as a value: what an edit of the text must read back as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.kitfile import FreeData, Kitfile, Parameters


class NoSuchField(LookupError):
    """A field path that no Kitfile can have, or an index that this one does not have."""

    def __init__(self, path: FieldPath) -> None:
        super().__init__(f"no such field in a Kitfile: {path}")
        self.path = path


Change = Callable[[Any], Any]
"""From the old value of a field to the new one."""


def updated(kitfile: Kitfile, path: FieldPath, change: Change) -> Kitfile:
    """The Kitfile with ``change`` applied to the field at ``path`` (YAML keys and indices); entries above
    it are made where they are missing. Raises NoSuchField."""
    result: Kitfile = _in_entry(kitfile, KITFILE, path, change, path)
    return result


def value_at(kitfile: Kitfile, path: FieldPath) -> FreeData:
    """The value at a path, None where an entry above is missing. Raises NoSuchField."""
    found: list[Any] = []

    def look(value: FreeData) -> FreeData:
        found.append(value)
        return value

    updated(kitfile, path, look)
    return found[0]


def field_at(path: FieldPath) -> tuple[Field | None, FieldPath]:
    """The field a path leads into, and what is left of the path below it (in a list or in free data).

    The field is None for the empty path. Raises NoSuchField.
    """
    struct, field, rest = KITFILE, None, path
    while rest:
        key, rest = rest[0], rest[1:]
        field = struct.find(key) if isinstance(key, str) else None
        if field is None:
            raise NoSuchField(path)
        if field.kind in (Kind.FREE, Kind.TEXT, Kind.TEXTS) or field.struct is None:
            return field, rest
        struct = field.struct
        if field.kind is Kind.ENTRIES:
            if len(rest) < 2:
                return field, rest
            rest = rest[1:]
    return field, rest


def entry_from(values: Mapping[str, FreeData] | str, field: Field) -> object:
    """An item for a list: a text for a list of texts, else an entry with the given YAML keys. Raises
    NoSuchField."""
    if field.struct is None or isinstance(values, str):
        return values
    found: dict[str, Any] = {}
    for key, value in values.items():
        inner = field.struct.find(key)
        if inner is None:
            raise NoSuchField((field.key, key))
        if value not in (None, ""):
            found[inner.attribute] = Parameters(value) if inner.kind is Kind.FREE else value
    return field.struct.cls(**found)


def _in_entry(entry: object, struct: Struct, path: FieldPath, change: Change, whole: FieldPath) -> Any:  # noqa: ANN401
    key, rest = path[0], path[1:]
    field = struct.find(key) if isinstance(key, str) else None
    if field is None:
        raise NoSuchField(whole)
    old = getattr(entry, field.attribute)
    new: object
    if not rest:
        new = _as_field(change(_as_free(old)), field)
    elif field.kind is Kind.ENTRY:
        assert field.struct is not None
        new = _in_entry(old if old is not None else field.struct.cls(), field.struct, rest, change, whole)
    elif field.kind is Kind.FREE:
        new = Parameters(_in_free({} if old is None else old.value, rest, change, whole))
    elif field.kind is Kind.TEXT:
        raise NoSuchField(whole)
    else:
        new = _in_list(old, field, rest, change, whole)
    return replace(entry, **{field.attribute: new})  # type: ignore[type-var]


def _in_list(
    items: tuple[Any, ...], field: Field, path: FieldPath, change: Change, whole: FieldPath
) -> tuple[Any, ...]:
    index, rest = path[0], path[1:]
    if not isinstance(index, int) or not 0 <= index < len(items) or (rest and field.struct is None):
        raise NoSuchField(whole)
    old = items[index]
    if not rest:
        new = change(old)
        return items[:index] + (() if new is None else (new,)) + items[index + 1 :]
    assert field.struct is not None
    return (*items[:index], _in_entry(old, field.struct, rest, change, whole), *items[index + 1 :])


def _in_free(value: FreeData, path: FieldPath, change: Change, whole: FieldPath) -> FreeData:
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(key, str):
        old = value.get(key, {} if rest else None)
        new = _in_free(old, rest, change, whole) if rest else change(old)
        changed = {**value, key: new}
        if new is None and not rest:
            del changed[key]
        return changed
    if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
        new = _in_free(value[key], rest, change, whole) if rest else change(value[key])
        kept = [] if new is None and not rest else [new]
        return [*value[:key], *kept, *value[key + 1 :]]
    raise NoSuchField(whole)


def _as_free(value: object) -> object:
    return value.value if isinstance(value, Parameters) else value


def _as_field(value: Any, field: Field) -> object:  # noqa: ANN401
    if field.kind is Kind.FREE:
        return None if value is None else Parameters(value)
    if value is None and field.kind is not Kind.ENTRY:
        return "" if field.kind is Kind.TEXT else ()
    if value is None and field.key == "package":
        assert field.struct is not None
        return field.struct.cls()
    return value
