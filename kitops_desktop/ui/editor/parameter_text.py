"""One parameter as text: what a person types is read as YAML, so 40 is a number and true a truth value."""

from __future__ import annotations

import json
from typing import Any

from kitops_desktop.errors import KitfileError
from kitops_desktop.kitfile.reading import read_kitfile


def value_text(value: object) -> str:
    """A value as it could be typed: plain where that reads back the same, else quoted or as a flow
    collection.
    """
    if isinstance(value, str):
        return (
            value
            if parse_value(value) == value and isinstance(parse_value(value), str)
            else json.dumps(value)
        )
    return json.dumps(value, ensure_ascii=False, default=str)


def parse_value(text: str) -> Any:  # noqa: ANN401 - any shape that YAML knows
    """What ``text`` means as a YAML flow value; text that is no YAML is itself."""
    if not text.strip():
        return ""
    try:
        kitfile = read_kitfile(f"model:\n  parameters: {{value: {text}\n  }}\n")
    except KitfileError:
        return text
    parameters = kitfile.model.parameters if kitfile.model is not None else None
    if parameters is None or list(parameters.value) != ["value"]:
        return text  # a comma outside quotes would make two values of it
    return parameters.value["value"]
