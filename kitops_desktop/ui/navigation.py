"""How pages get about, without knowing the window.

A page is a ``QWidget`` that is made with a ``Navigator``. Where the user is, is a ``Place``: the name of a
page and what of it is shown ("" for its list, a reference in the library, a folder in the projects). Every
move goes through the navigator, also those inside one page, so that back and forward know of it:

* ``navigator.open_kit(reference)`` leads to ``LibraryPage.show_detail(reference)``
* ``navigator.open_project(folder)`` leads to ``ProjectsPage.show_detail(str(folder))``
* ``navigator.open_remote(reference)`` leads to ``BrowserPage.show_detail(reference)``
* ``navigator.show_page("library")`` leads to ``LibraryPage.show_detail("")``

A page with entries for the command palette also has ``commands()``; one that may hold unsaved changes is a
``HoldsChanges``, and is asked before the window closes; one whose number stands on the rail has a signal
``count_changed``. States of jobs come from ``navigator.job_signals.changed``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance

from kitops_desktop.explanation import Explanation
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.actions import Action
from kitops_desktop.ui.job_signals import JobSignals
from kitops_desktop.ui.theme import Theme

LIBRARY = "library"
PROJECTS = "projects"
REGISTRIES = "registries"
TRANSFERS = "transfers"
SETTINGS = "settings"
WELCOME = "welcome"


@dataclass(frozen=True, slots=True)
class Place:
    """``detail`` is "" for the page itself."""

    page: str
    detail: str = ""


class Navigator(Protocol):
    """The window, as pages see it."""

    @property
    def job_signals(self) -> JobSignals:
        """Tells in the GUI thread when a job's state changes."""
        ...

    @property
    def theme(self) -> Theme:
        """Light or dark, for the page that lets the user choose."""
        ...

    def show_page(self, name: str) -> None:
        """Go to a page: ``library``, ``projects``, ``registries``, ``transfers``, ``settings`` or
        ``welcome``.
        """
        ...

    def open_kit(self, reference: Reference | str) -> None:
        """Show a ModelKit of the store."""
        ...

    def open_remote(self, reference: str) -> None:
        """Show a ModelKit of a registry (``HOST/REPOSITORY:TAG``), a repository there, or a registry."""
        ...

    def open_project(self, folder: Path) -> None:
        """Show a folder as a project; it need not have a Kitfile."""
        ...

    def notify(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        """Say in passing what was done, with one thing to do about it ("Undo")."""
        ...

    def show_error(self, error: Explanation | BaseException) -> None:
        """Say what went wrong, why, what was kept, and what to do now."""
        ...


@runtime_checkable
class HasDetail(Protocol):
    """A page that shows one of its things: a kit, a project."""

    def show_detail(self, detail: str) -> None:
        """Show that one, or the list when ``detail`` is ""."""
        ...


@runtime_checkable
class ShowsJobs(Protocol):
    def show_job(self, job_id: str) -> None:
        """Choose a job, if it is still there."""
        ...


@runtime_checkable
class HasCount(Protocol):
    """``count_changed = Signal(int)``: how many things the page has, shown beside its name on the rail."""

    @property
    def count_changed(self) -> SignalInstance: ...


@runtime_checkable
class HasEntries(Protocol):
    """``entries_changed = Signal(object)``: the latest things of the page (``rail.RailEntry``), to be shown
    below its name on the rail.
    """

    @property
    def entries_changed(self) -> SignalInstance: ...


@runtime_checkable
class HasCommands(Protocol):
    def commands(self) -> tuple[Action, ...]:
        """What can be done here now, for the command palette."""
        ...


@runtime_checkable
class HoldsChanges(Protocol):
    def unsaved(self) -> tuple[str, ...]:
        """What would be lost if the window closed now, by name."""
        ...

    def save_all(self) -> None:
        """Save all of it. Raises an error of ``errors`` when something cannot be saved."""
        ...

    def discard_all(self) -> None:
        """The window closes, and the user wants none of it: nothing is kept for the next start."""
        ...
