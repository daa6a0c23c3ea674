"""One parameter as text and type: what a person types is read as YAML, so 40 is a number and true a truth
value. A text that looks like a number stays a text while it is edited.
"""

from __future__ import annotations

import json
from enum import Enum
from typing import Any

from kitops_desktop.errors import KitfileError, KitOpsError
from kitops_desktop.kitfile.new_text import flow_value
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.written_numbers import written_text

_TRUE = frozenset(("true", "yes", "y", "on", "1"))
_FALSE = frozenset(("false", "no", "n", "off", "0", ""))
_EXACT = 2**53
"""Up to here every whole number has a float of its own."""
_OPENINGS = ("{", "[", '"', "'")


class ParameterType(Enum):
    """What a parameter can be; the value is its name for people."""

    TEXT = "Text"
    WHOLE = "Whole number"
    NUMBER = "Number"
    TRUTH = "Yes or no"
    LIST = "List"
    MAP = "Map"
    NOTHING = "Nothing"


class ParameterError(Exception):
    """What was typed cannot be such a value; the message is for people."""


def type_of(value: object) -> ParameterType:
    match value:
        case None:
            return ParameterType.NOTHING
        case bool():
            return ParameterType.TRUTH
        case int():
            return ParameterType.WHOLE
        case float():
            return ParameterType.NUMBER
        case list():
            return ParameterType.LIST
        case dict():
            return ParameterType.MAP
    return ParameterType.TEXT


def value_text(value: object) -> str:
    """A value as it is shown and edited: numbers as they were typed, lists and maps as flow YAML; a text as
    it is, in quotes where it could not be told apart without them.
    """
    if isinstance(value, str):
        return value if _shows_itself(value) else json.dumps(value, ensure_ascii=False)
    if value is None:
        return ""
    try:
        return written_text(value) or flow_value(value, json_style=False)
    except KitOpsError:  # an infinite number inside a list
        return json.dumps(value, ensure_ascii=False, default=str)


def read_value(text: str, before: object) -> Any:  # noqa: ANN401 - any shape that YAML knows
    """What was typed over ``before``. Raises ParameterError for a list, map or quoted text that is broken."""
    if not text.strip():
        return None if before is None else ""
    if isinstance(before, str) and before and not isinstance(parse_value(before), str):
        # a text that looks like a number is one on purpose
        return text if text[0] not in "\"'" else _read(text)
    return _read(text)


def converted(value: object, wanted: ParameterType) -> Any:  # noqa: ANN401 - any shape that YAML knows
    """The value as one of another type. Raises ParameterError when it cannot be one."""
    if type_of(value) is wanted:
        return value
    text = value if isinstance(value, str) else value_text(value)
    match wanted:
        case ParameterType.TEXT:
            return text
        case ParameterType.NOTHING:
            return None
        case ParameterType.TRUTH:
            return _truth(text)
        case ParameterType.WHOLE | ParameterType.NUMBER:
            return _number(text, wanted)
    parsed = parse_value(text)
    if type_of(parsed) is wanted:
        return parsed
    if wanted is ParameterType.LIST:
        return list(value.values()) if isinstance(value, dict) else [] if value in (None, "") else [value]
    if value in (None, "", []):
        return {}
    raise ParameterError("Type a map such as {name: value}.")


def parse_value(text: str) -> Any:  # noqa: ANN401 - any shape that YAML knows
    """What ``text`` means as a YAML flow value; text that is no YAML is itself."""
    if not text.strip():
        return ""
    try:
        return _parsed(text)
    except KitfileError:
        return text


def _read(text: str) -> Any:  # noqa: ANN401
    try:
        return _parsed(text)
    except KitfileError as error:
        if not text.lstrip().startswith(_OPENINGS):
            return text
        problems = getattr(error, "problems", ())
        raise ParameterError(problems[0].message if problems else "This is no YAML.") from None


def _parsed(text: str) -> Any:  # noqa: ANN401
    """The value; a comma outside of brackets makes a text of all. Raises KitfileError."""
    kitfile = read_kitfile(f"model:\n  parameters: {{value: {text}\n  }}\n")
    parameters = kitfile.model.parameters if kitfile.model is not None else None
    if parameters is None or list(parameters.value) != ["value"]:
        return text
    return parameters.value["value"]


def _shows_itself(text: str) -> bool:
    return text.isprintable() and text == text.strip() and not text.startswith(_OPENINGS)


def _truth(text: str) -> bool:
    word = text.strip().casefold()
    if word not in _TRUE | _FALSE:
        raise ParameterError("Type true or false.")
    return word in _TRUE


def _is_exact(value: object) -> bool:
    """Whether a number with a point is a whole one, of which no digit was lost."""
    return isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT


def _number(text: str, wanted: ParameterType) -> Any:  # noqa: ANN401
    value = parse_value(text.strip() or "0")
    if isinstance(value, bool):
        value = int(value)
    if type_of(value) is wanted:
        return value
    if wanted is ParameterType.NUMBER and isinstance(value, int):
        return parse_value(f"{value}.0")
    if wanted is ParameterType.WHOLE and _is_exact(value):
        return int(value)
    kind = "a whole number of at most 64 bits" if wanted is ParameterType.WHOLE else "a number"
    raise ParameterError(f"“{text}” is not {kind}.")
