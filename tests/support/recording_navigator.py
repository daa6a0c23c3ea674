"""A window that only writes down what its pages ask of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from kitops_desktop.explanation import Explanation
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.job_signals import JobSignals
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace


class Follows(Protocol):
    """A page that goes where it is led."""

    def show_detail(self, detail: str) -> None: ...


class RecordingNavigator(QObject):
    """``places`` are (page, detail) in the order in which they were gone to; the ``page`` of registries, if
    there is one, goes along.

    ``offers`` has for each of the ``notices`` what could be done about it, as (text, callback).
    """

    def __init__(self, workspace: Workspace, theme: Theme) -> None:
        super().__init__()
        self.page: Follows | None = None
        self.job_signals = JobSignals(workspace.jobs, self)
        self.theme = theme
        self.places: list[tuple[str, str]] = []
        self.notices: list[str] = []
        self.offers: list[tuple[str | None, Callable[[], None] | None]] = []
        self.errors: list[BaseException | Explanation] = []

    def show_page(self, name: str) -> None:
        self.places.append((name, ""))

    def open_kit(self, reference: Reference | str) -> None:
        self.places.append(("library", reference.short if isinstance(reference, Reference) else reference))

    def open_remote(self, reference: str) -> None:
        self.places.append(("registries", reference))
        if self.page is not None:
            self.page.show_detail(reference)

    def open_project(self, folder: Path) -> None:
        self.places.append(("projects", str(folder)))

    def notify(
        self, text: str, action_text: str | None = None, callback: Callable[[], None] | None = None
    ) -> None:
        self.notices.append(text)
        self.offers.append((action_text, callback))

    def show_error(self, error: BaseException | Explanation) -> None:
        self.errors.append(error)
