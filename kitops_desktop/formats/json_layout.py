"""JSON set in lines, with every value as it is written: names that come twice, numbers and escapes stay."""

from __future__ import annotations

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


_DEEPEST = 40
"""What is nested deeper is not set in any further: the blanks alone could fill the memory."""


def indented(text: str, most: int = 1 << 20) -> str:
    """Raises ``ValueError`` for what is no JSON, or would come to more than ``most`` characters, and
    ``RecursionError`` for what is nested very deeply.
    """
    json.loads(text)
    made: list[str] = []
    size, depth, after = 0, 0, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        before = len(made)
        if token in "}]":
            depth -= 1
            if after not in "{[":
                made.append(_line(depth))
        elif after in ("{", "[", ","):
            made.append(_line(depth))
        made.append(": " if token == ":" else token)
        size += sum(map(len, made[before:]))
        if size > most:
            raise ValueError("it would become too long")
        depth += token in "{["
        after = token
    return "".join(made)


def _line(depth: int) -> str:
    return "\n" + "  " * min(depth, _DEEPEST)
