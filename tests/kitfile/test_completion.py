"""What is proposed at a place of a Kitfile; the cursor stands at ``|``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kitops_desktop.kitfile.completion import MOST_LINES, Completion, completion_at

VALUES = {"license": ("Apache-2.0", "MIT", "LGPL-3.0-only"), "framework": ("pytorch",)}


def at(text: str) -> Completion | None:
    before, _, behind = text.partition("|")
    above, start = before.split("\n")[:-1], before.split("\n")[-1]
    rest, *below = behind.split("\n")
    return completion_at(start + rest, len(start), reversed(above), below, VALUES)


def words(text: str) -> list[str]:
    found = at(text)
    return [] if found is None else list(found.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mo|", ["model:"]),
        ("manifestVersion: 1.0.0\n|\npackage:\n  name: x\nmodel:\n  path: y\ncode:\n- path: .\n",
         ["datasets:", "docs:", "prompts:", "mcpServers:"]),
        ("package:\n  name: x\n  l|", ["license: "]),
        ("package:\n  |\n  name: x\n  version: 1\n", ["description: ", "license: ", "authors: "]),
        ("package: {\n  la: [\nmodel:\n  pa|", ["path: ", "parts:", "parameters:"]),
        ("model:\n  pat|: x", ["path"]),
        ("datasets:\n  - |",
         ["name: ", "path: ", "remotePath: ", "remoteHash: ", "description: ", "license: ", "parameters:"]),
        ("datasets:\n  - path: a\n    name: b\n  - path: c\n    |",
         ["name: ", "remotePath: ", "remoteHash: ", "description: ", "license: ", "parameters:"]),
        ("datasets:\n- path: a\n  n|", ["name: "]),
        ("datasets:\n- path: a\n- n|", ["name: "]),
        ("code:\n  |", ["- path: ", "- description: ", "- license: "]),
        ("code:\n  p|", ["- path: "]),
        ("model:\n  path: x\n  parts:\n    - path: p\n      t|", ["type: "]),
        ("model:\n  parts:\n  - path: p\n  # note\n\n  fra|", ["framework: "]),
        ('"model":\n  "path": x\n  fo|', ["format: "]),
        ("model:\n  license: |", ["Apache-2.0", "MIT", "LGPL-3.0-only"]),
        ("code:\n  - license: l|", ["LGPL-3.0-only"]),
        ("model:\n  license: 2|", ["Apache-2.0"]),
        ("manifestVersion: |", ["1.0.0"]),
        ("docs:\n- path: a\nmodel:\n  framework: py|", ["pytorch"]),
    ],
)  # fmt: skip
def test_what_fits(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "model:\n  parameters:\n    lay|",
        "model:\n  parameters:\n    license: |",
        "# mo|",
        "model:\n  license: MIT # a|",
        "unknown:\n  na|",
        "package:\n  - na|",
        "package:\n  description: |\n".replace("|", ">") + "    na|",
        "package:\n  name: x\n  na|me y",
        "model: {pa|",
        "package:\n  authors: [A|",
        "docs:\n  - path: a\n    license: |",
        "\tmo|",
        "package:\n  license: 'M|",
    ],
)
def test_where_nothing_fits(text: str) -> None:
    assert at(text) is None


@pytest.mark.parametrize(
    ("text", "typed", "start"),
    [
        ("model:\n  path: |", "", 8),
        ("code:\n- path: src/a b|", "src/a b", 8),
        ("docs:\n  - path: R|", "R", 10),
    ],
)
def test_paths_are_asked_for(text: str, typed: str, start: int) -> None:
    assert at(text) == Completion(start, typed, is_path=True)


def test_a_text_of_any_length_is_looked_at_no_further_than_needed() -> None:
    looked_at = []

    def endless(line: str) -> Iterator[str]:
        while True:
            looked_at.append(line)
            yield line

    assert completion_at("  ", 2, endless("  - path: x"), endless("# x"), VALUES) is None
    assert len(looked_at) < 3 * MOST_LINES
