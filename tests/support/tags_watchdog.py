"""Measure the longest pause of the window's event loop while a registry is looked through: a program of its
own.

    python -m support.tags_watchdog HOST REPOSITORY

Three times it shows HOST, filters its repositories letter by letter, opens REPOSITORY, types into the filter
of its tags, scrolls through all of them, and searches what was seen. Prints as JSON the longest gap between
two turns of the event loop in milliseconds (``gap``), what took it (``during``), and the tags that came to
rest on view (``looked_at``).
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import REGISTRIES, Place
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import open_workspace
from support.loop_gaps import Gaps

SETTLE_TURNS = 200
"""Turns of the event loop before anything is measured: showing a window for the first time takes its time."""
RUNS = 3
SCROLL_STEPS = 150
PATIENCE = 60.0  # seconds


class Visitor:
    """Uses the window a step in each turn of the event loop; ``gaps`` knows what kept it from its turns."""

    def __init__(self) -> None:
        self.gaps = Gaps(PATIENCE)

    def until(self, what: str, done: Callable[[], bool]) -> None:
        self.gaps.until(done, what)

    def turns(self, what: str, count: int) -> None:
        left = iter(range(count))
        self.until(what, lambda: next(left, None) is None)

    def type_into(self, field: QLineEdit, text: str) -> None:
        """A key in each turn; then as long as its search waits, and all is erased as quickly."""
        keys = iter(text)

        def typed() -> bool:
            key = next(keys, "")
            QTest.keyClicks(field, key)
            return not key

        self.until(f"typing into {field.accessibleName()}", typed)
        self.rest()

        def erased() -> bool:
            field.backspace()
            return not field.text()

        self.until(f"erasing in {field.accessibleName()}", erased)
        self.rest()

    def rest(self) -> None:
        """So long that what waits for a rest begins."""
        end = time.perf_counter() + 0.25
        self.until("resting", lambda: time.perf_counter() > end)


def look_through(visitor: Visitor, page: BrowserPage, window: MainWindow, host: str, repository: str) -> None:
    view = page.registry
    window.go_to(Place(REGISTRIES, host))
    visitor.until("listing repositories", lambda: bool(view.repositories.model.names))
    visitor.type_into(view.repositories.search, "model-77")
    window.go_to(Place(REGISTRIES, f"{host}/{repository}"))
    visitor.until("listing tags", lambda: bool(view.tags.model.shown.tags))
    visitor.rest()
    visitor.until("reading rows", lambda: not view.tags.resolver.busy)
    visitor.type_into(view.tags.search, "v1.23")
    visitor.until("reading rows", lambda: not view.tags.resolver.busy)
    bar = view.tags.table.verticalScrollBar()
    steps = iter(range(SCROLL_STEPS + 1))

    def scrolled() -> bool:
        step = next(steps, None)
        if step is not None:
            bar.setValue(bar.maximum() * step // SCROLL_STEPS)
        return step is None

    visitor.until("scrolling", scrolled)
    visitor.rest()
    visitor.until("reading rows", lambda: not view.tags.resolver.busy and not view.tags.referrers.busy)
    window.go_to(Place(REGISTRIES))
    visitor.turns("showing the list", 20)
    visitor.type_into(page.list.search, "model-77")


def main(host: str, repository: str) -> None:
    application = make_application()
    workspace = open_workspace()
    window = MainWindow(workspace, Theme(application, "light"))
    window.resize(1200, 800)
    window.show()
    window.go_to(Place(REGISTRIES))
    page = window.page(REGISTRIES)
    assert isinstance(page, BrowserPage)
    Visitor().turns("settling", SETTLE_TURNS)
    gc.collect()
    visitor, looked_at = Visitor(), dict[str, None]()
    page.registry.tags.table.looked_at.connect(lambda tags: looked_at.update(dict.fromkeys(tags)))
    for _ in range(RUNS):
        look_through(visitor, page, window, host, repository)
    gaps = visitor.gaps
    found = {"gap": gaps.longest * 1000, "during": gaps.worst, "looked_at": list(looked_at)}
    window.job_signals.stop()
    workspace.close()
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
