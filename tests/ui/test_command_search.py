"""What the command palette finds, and in which order."""

from __future__ import annotations

import pytest

from kitops_desktop.ui.command_search import MAX_FOUND, Entry, search

NAMES = ("Open a folder…", "churn:v1", "acme/churn-model:latest", "Open the logs", "launch")


def found(text: str) -> list[str]:
    return [entry.text for entry in search([Entry(name, lambda: None) for name in NAMES], text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", list(NAMES)),
        ("open", ["Open a folder…", "Open the logs"]),
        ("LOGS open", ["Open the logs"]),
        ("churn", ["churn:v1", "acme/churn-model:latest"]),
        ("model", ["acme/churn-model:latest"]),
        ("un", ["launch"]),
        ("nothing like this", []),
    ],
)
def test_every_word_occurs_and_beginnings_come_first(text: str, names: list[str]) -> None:
    assert found(text)[: len(names)] == names


def test_no_more_than_a_screenful_or_so() -> None:
    assert len(search([Entry(str(number), lambda: None) for number in range(1000)], "")) == MAX_FOUND
