"""Removing kits: done at once, said with the bytes it freed, and taken back on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.oci.reference import Reference
from kitops_desktop.store.local_store import Removal
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.library_rows import KitRow
from kitops_desktop.ui.library.library_texts import kit_text
from kitops_desktop.ui.navigation import Navigator
from kitops_desktop.ui.units import size_text
from kitops_desktop.workspace import Workspace


class Removing(QObject):
    """``changed`` after the store has changed; ``planned`` says what removing the chosen kits would free."""

    changed = Signal()
    planned = Signal(object)  # int

    def __init__(self, workspace: Workspace, navigator: Navigator, host: QWidget) -> None:
        super().__init__(host)
        self._workspace, self._navigator = workspace, navigator
        self._planner = Reader(workspace.background, self)
        self._worker = Reader(workspace.background, self, latest_only=False)

    def plan(self, rows: Sequence[KitRow]) -> None:
        """Find out what removing ``rows`` would free."""
        self._planner.cancel()
        if rows:
            targets = [row.by_digest for row in rows]
            self._planner.read(
                lambda token: self._workspace.store.plan_removal(targets, force=True).frees,
                self.planned.emit,
                lambda error: self.planned.emit(None),
            )

    def remove(self, rows: Sequence[KitRow]) -> None:
        """Remove the kits with all their tags in their repositories."""
        if not rows:
            return
        name = name_of(rows[0]) if len(rows) == 1 else kit_text(len(rows))
        self.remove_references([row.by_digest for row in rows], name, force=True)

    def remove_references(
        self, targets: Sequence[Reference], name: str, *, force: bool, then: Callable[[], None] | None = None
    ) -> None:
        """Remove ``targets``, and tell it as the removal of ``name``."""
        targets = tuple(targets)

        def removed(removal: Removal) -> None:
            freed = f", {size_text(removal.freed)} freed" if removal.freed else ""
            self._navigator.notify(f"Removed {name}{freed}.", "Undo", lambda: self.restore((removal.id,)))
            self.changed.emit()
            if then is not None:
                then()

        self._worker.read(
            lambda token: self._workspace.store.remove(targets, force=force),
            removed,
            self._navigator.show_error,
        )

    def restore(self, removals: Sequence[str]) -> None:
        """Put back what these removals took away."""

        def put_back(count: int) -> None:
            self._navigator.notify("Put back." if count == 1 else f"Put back {count} removals.")
            self.changed.emit()

        self._worker.read(
            lambda token: self._restore_all(tuple(removals)), put_back, self._navigator.show_error
        )

    def _restore_all(self, removals: tuple[str, ...]) -> int:
        for removal in removals:
            self._workspace.store.restore(removal)
        return len(removals)


def name_of(row: KitRow) -> str:
    """How a notice calls a kit: ``churn:v3``, or by its short digest."""
    return row.reference.short if row.kit.tags else f"{row.repository} ({row.short_digest})"
