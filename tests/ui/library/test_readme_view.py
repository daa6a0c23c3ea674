"""A README by somebody who means harm: no HTML, nothing fetched, and laid out in a moment."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.library.readme_view import ReadmeView
from support.odd_registry import OddRegistry

SIZE = 256 << 10
MOST_SECONDS = 5
"""Of this thread's own work, whatever else runs. Qt alone takes a minute and more for some of these."""
PIECES = {
    "paragraphs": "a\n\n",
    "list in lists": "1. ",
    "list": "1. a\n",
    "table": "|a|b|\n|-|-|\n",
    "one word": "a",
    "tags": "<div>",
    "brackets": "[",
    "marks": "**a*",
    "quotes": "> ",
    "fences": "~~~\n",
}


@pytest.fixture
def view(qtbot: QtBot) -> ReadmeView:
    made = ReadmeView()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


@pytest.mark.parametrize("piece", PIECES.values(), ids=list(PIECES))
def test_no_text_takes_long(view: ReadmeView, piece: str) -> None:
    started = time.thread_time()
    view.show_readme(piece * (SIZE // len(piece)))
    view.document().size()
    assert time.thread_time() - started < MOST_SECONDS


def test_what_people_write_is_markdown(view: ReadmeView) -> None:
    rows = "\n".join(f"| task {number} | 0.{number} |" for number in range(300))
    items = "\n".join(f"- item {number}" for number in range(300))
    view.show_readme(f"# Title\n\n| task | score |\n|-|-|\n{rows}\n\n{items}\n\nsome `code` and **more**")
    assert "Title" in view.toPlainText()
    assert "| task" not in view.toPlainText()
    assert "**" not in view.toPlainText()


def test_html_is_text_and_no_picture_is_fetched(qtbot: QtBot, view: ReadmeView) -> None:
    with OddRegistry() as tracker:
        text = (
            f"<script>alert(1)</script> <img src='{tracker.origin}/a.png'> ![b]({tracker.origin}/b.png)\n\n"
            f"![c](file:///etc/hostname) ![d](/etc/hostname) [e]({tracker.origin}/e)\n"
        )
        view.show_readme(text)
        view.grab()
        assert "<script>alert(1)</script>" in view.toPlainText()
        for name in (f"{tracker.origin}/b.png", "file:///etc/hostname", "/etc/hostname"):
            picture = view.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(name))
            assert isinstance(picture, QImage)
            assert (picture.width(), picture.height()) == (1, 1)
        assert tracker.exchanges == []
