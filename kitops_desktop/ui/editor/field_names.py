"""Names of fields for people: ``("datasets", 0, "path")`` is "dataset 1 path"."""

from __future__ import annotations

from kitops_desktop.ui.editor.form_fields import SECTIONS

FieldPath = tuple[str | int, ...]
_ONE = {section.path: section.one for section in SECTIONS}


def field_title(path: FieldPath) -> str:
    """What undo calls the field: ``model name``, ``dataset 2 path``."""
    keys = [step for step in path if isinstance(step, str)]
    for length in range(len(keys), 0, -1):
        one = _ONE.get(tuple(keys[:length]))
        if one is not None:
            rest = " ".join(keys[length:])
            return f"{one}{_number(path)} {rest}".strip()
    return ".".join(keys)


def _number(path: FieldPath) -> str:
    number = next((step for step in path if isinstance(step, int)), None)
    return "" if number is None else f" {number + 1}"
