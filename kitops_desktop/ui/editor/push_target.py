"""The registry that a kit could be pushed to once it is packed: what the tag stands for there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.registry_mark import RegistryMark
from kitops_desktop.ui.editor.push_outlook import Foretell, PushOutlook
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.push_check import TagFacts
from kitops_desktop.ui.library.push_choice import moving_text
from kitops_desktop.ui.registry_remedy import RegistryRemedy, remedy_of
from kitops_desktop.ui.widgets.parts import label, restyle

_PAUSE = 350  # milliseconds of quiet before the registry is asked


@dataclass(frozen=True, slots=True)
class PushSources:
    """How registries are asked, and what references are completed with."""

    background: Background
    look: Callable[[Reference, CancelToken], TagFacts]
    known: Callable[[str], tuple[str, ...]]
    """References to complete with, for a kit of that reference."""
    foretell: Foretell
    """Says what of a plan would have to be sent."""
    label: Callable[[str], HostLabel] = lambda host: HostLabel()
    """What the user calls a registry, and what it is for."""


class PushTarget(QWidget):
    """``changed`` tells that ``ready`` or ``expected`` are others now; ``remedy_wanted`` carries a host.

    Hidden while the reference names no registry.
    """

    changed = Signal()
    remedy_wanted = Signal(str)

    def __init__(self, sources: PushSources, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = sources
        self._reader = Reader(sources.background, self)
        self._reference: Reference | None = None
        self._remedy: RegistryRemedy | None = None
        self.facts: TagFacts | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self._says = label("", "muted", wrap=True)
        self._move = QCheckBox()
        self._move.toggled.connect(self.changed)
        self._mend = click_button("", self._want_remedy, "sign-in")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.outlook = PushOutlook(sources.foretell, sources.background)
        self.outlook.changed.connect(self.changed)
        self._plan: PackPlan | None = None
        self.mark = RegistryMark()
        for widget in (self.mark, self._says, self._move, self._mend, self.outlook):
            layout.addWidget(widget)
        self._show(None)
        self.hide()

    @property
    def reference(self) -> Reference | None:
        """Where to push to; None when the reference names no registry."""
        return self._reference

    @property
    def looking(self) -> bool:
        return self._pause.isActive() or self._reader.busy

    @property
    def ready(self) -> bool:
        """Whether the kit may be pushed: nothing is moved that nobody agreed to."""
        facts = self.facts
        return facts is not None and (not facts.digest or self._move.isChecked())

    @property
    def expected(self) -> str | None:
        """What the tag was agreed to stand for, as ``PackPushWork`` has it."""
        return None if self.facts is None or not self.facts.shown else self.facts.digest

    @property
    def why_not(self) -> str:
        """Why it cannot be pushed, "" when it can."""
        if self._reference is None:
            return "Begin the reference with a registry (registry.example.com/team/churn:v1) to push"
        if self.ready:
            return ""
        if self.facts is not None:
            return "Agree that the tag is moved, or choose another one"
        return self._says.text()

    def show_reference(self, reference: Reference | None) -> None:
        """Look at another reference, after a moment; None for one that names no registry."""
        if reference == self._reference:
            return
        self._reference = reference
        self._reader.cancel()
        self._pause.stop()
        self._show(None)
        self.setVisible(reference is not None)
        self.mark.show_label(self._sources.label(reference.registry if reference is not None else ""))
        if reference is not None:
            self._say(f"Asking {reference.registry}…")
            self._pause.start()

    def show_plan(self, plan: PackPlan | None) -> None:
        """What would be packed."""
        self._plan = plan
        self._look_out()

    @Slot()
    def _look(self) -> None:
        reference = self._reference
        if reference is not None:
            self._reader.read(
                lambda token: self._sources.look(reference, token), self._on_facts, self._on_failed
            )

    def _on_facts(self, facts: TagFacts) -> None:
        reference = self._reference
        if reference is None:
            return
        if not facts.shown:
            self._say(f"{reference.registry} does not show what it has there.", "warning")
        elif facts.digest:
            short = short_digest(facts.digest)
            self._say(f"{reference.tag} is at {reference.registry} already, as {short}.", "warning")
        else:
            self._say(f"{reference.tag} is a new tag at {reference.registry}.")
        self._show(facts)

    def _on_failed(self, error: Exception) -> None:
        self._say(explain(error).what_and_why, "danger")
        self._show(None, remedy_of(error))

    def _show(self, facts: TagFacts | None, remedy: RegistryRemedy | None = None) -> None:
        self.facts, self._remedy = facts, remedy
        moves = facts is not None and bool(facts.digest)
        self._move.setChecked(False)
        self._move.setVisible(moves)
        if self._reference is not None and facts is not None and moves:
            self._move.setText(f"{moving_text(self._reference, facts.digest)} when pushing")
        self._mend.setVisible(remedy is not None)
        if remedy is not None:
            self._mend.setText(remedy.text)
        self._look_out()
        self.changed.emit()

    def _look_out(self) -> None:
        """What has to be sent is asked when it is known that the registry answers."""
        shown = self.facts is not None and self.facts.shown
        self.outlook.setVisible(self.facts is not None)
        self.outlook.look(self._reference if shown else None, self._plan)

    def _say(self, text: str, kind: str = "muted") -> None:
        self._says.setText(text)
        restyle(self._says, kind=kind)

    def _want_remedy(self) -> None:
        if self._remedy is not None:
            self.remedy_wanted.emit(self._remedy.host)
