"""Links of a README that nobody has to trust: shown first, opened on request, and only to the web."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.library.readme_pane import ReadmePane


class Browser(QObject):
    """Takes what the system's browser would be given."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    taking = Browser()
    schemes = ("http", "https", "file", "javascript", "mailto")
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, taking, "take")
    yield taking
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def pane(qtbot: QtBot) -> ReadmePane:
    made = ReadmePane()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def test_a_link_says_where_it_leads_before_it_is_opened(
    qtbot: QtBot, pane: ReadmePane, browser: Browser
) -> None:
    pane.show_readme("# Model\n\n[https://good.example](https://good.example@evil.example/x) and more")
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Tab)
    qtbot.keyClick(pane.view, Qt.Key.Key_Return)
    assert pane.link.isVisible()
    assert pane.address.text() == "https://good.example@evil.example/x"
    assert browser.opened == []
    pane.copy.click()
    assert QGuiApplication.clipboard().text() == "https://good.example@evil.example/x"
    pane.open.click()
    assert browser.opened == ["https://good.example@evil.example/x"]
    assert not pane.link.isVisible()


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.example", "docs/usage.md", "https:///x"],
)
def test_what_leads_to_no_web_page_cannot_be_opened(pane: ReadmePane, browser: Browser, address: str) -> None:
    pane.show_link(QUrl(address))
    assert not pane.open.isVisible()
    assert pane.copy.isVisible()
    assert browser.opened == []


def test_letters_that_look_like_others_are_codes(pane: ReadmePane) -> None:
    pane.show_link(QUrl("https://gіthub.example/\u202etxt.exe"))  # noqa: RUF001 - a Cyrillic letter
    assert pane.address.text() == "https://xn--gthub-n2e.example/%E2%80%AEtxt.exe"
    pane.show_readme("other")
    assert not pane.link.isVisible()
