"""The push sheet: where a kit of the store goes, and under which tag."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.library.command_text import push_command
from kitops_desktop.ui.library.index_box import index_box
from kitops_desktop.ui.library.push_choice import candidates
from kitops_desktop.ui.library.target_sheet import Sending, SheetWords, TargetSheet


class PushSheet(TargetSheet):
    """``push_wanted`` carries the ``PushWork``."""

    push_wanted = Signal(object)

    def __init__(
        self,
        sending: Sending,
        hosts: tuple[str, ...],
        used: tuple[str, ...],
        background: Background,
        host: QWidget,
    ) -> None:
        """``hosts`` are registries that are known, ``used`` references used before, the latest first."""
        words = SheetWords(f"Push {sending.name.reference.short}", "Push &to", "Push", "upload")
        self._name = sending.name.reference.short
        self.index = index_box()
        super().__init__(words, sending, candidates(sending.name, hosts, used), background, host)
        self.choices.addWidget(self.index)

    def agreed(self, target: Reference, expected: str | None) -> None:
        self.push_wanted.emit(PushWork(self._name, str(target), expected, index=self.index.isChecked()))

    def command(self, target: str, expected: str | None) -> str:
        return push_command(self._name, target, expected, index=self.index.isChecked())
