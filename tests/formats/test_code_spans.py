"""Colours of source texts: what is found, and that no text takes long."""

from __future__ import annotations

import time

import pytest

from kitops_desktop.formats.code_languages import language_of
from kitops_desktop.formats.code_spans import coloured

SIZE = 32 << 10
MOST_SECONDS = 10
"""A pattern that goes back and forth takes minutes; a good one some milliseconds."""


def parts(text: str, name: str) -> list[tuple[str, str]]:
    language = language_of(name, text)
    assert language is not None
    found = []
    for line, spans in zip(text.split("\n"), coloured(text, language), strict=True):
        found += [(line[span.start : span.start + span.length], span.kind) for span in spans]
    return found


def test_python() -> None:
    text = 'import os  # it is\ndef run(x):\n    """More\n  lines"""\n    return "a\\"b" + 1.5e3\n'
    assert parts(text, "src/run.py") == [
        ("import", "keyword"),
        ("# it is", "comment"),
        ("def", "keyword"),
        ('"""More', "string"),
        ('  lines"""', "string"),
        ("return", "keyword"),
        ('"a\\"b"', "string"),
        ("1.5e3", "number"),
    ]


def test_names_before_values() -> None:
    assert parts('{"a": 1, "b": "x: y"}', "a.json") == [
        ('"a"', "name"),
        ("1", "number"),
        ('"b"', "name"),
        ('"x: y"', "string"),
    ]
    assert parts("# what\nmodel:\n  - path: a#b # not\n", "Kitfile") == [
        ("# what", "comment"),
        ("model", "name"),
        ("path", "name"),
        ("# not", "comment"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.cpp", "int /* a\nb */ x", [("int", "keyword"), ("/* a", "comment"), ("b */", "comment")]),
        ("q.sql", "Select 1 -- x", [("Select", "keyword"), ("1", "number"), ("-- x", "comment")]),
        ("a.html", '<b class="x">', [("<b", "keyword"), ('"x"', "string"), (">", "keyword")]),
        ("a.md", "# Title\nuse `it`", [("# Title", "keyword"), ("`it`", "string")]),
        ("Dockerfile", "FROM x", [("FROM", "keyword")]),
        ("run", "#!/bin/sh\nif x", [("#!/bin/sh", "comment"), ("if", "keyword")]),
    ],
)  # fmt: skip
def test_other_languages(name: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text, name) == expected


def test_text_of_no_language() -> None:
    assert language_of("NOTES.txt", "words") is None


def test_no_text_takes_long() -> None:
    pieces = (
        '"',
        '"\\',
        "'''",
        '"" ',
        "/*",
        "a",
        "a ",
        " ",
        "- ",
        "<!--",
        "1.",
        "`",
        '"a" ',
        "a.-",
        "#",
        "\n",
    )
    languages = [
        language_of(name) for name in ("a.py", "a.json", "a.cpp", "a.html", "a.md", "Kitfile", "a.js")
    ]
    started = time.monotonic()
    for language in languages:
        for piece in pieces:
            assert language is not None
            coloured(piece * (SIZE // len(piece)), language)
    assert time.monotonic() - started < MOST_SECONDS
