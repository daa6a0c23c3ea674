"""The copy sheet: where in this or another registry a kit of a registry goes, and what comes along."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.browser.copy_choice import (
    CopySource,
    advise_copy,
    copy_candidates,
    read_copy_target,
    referrers_text,
)
from kitops_desktop.ui.library.command_text import copy_command
from kitops_desktop.ui.library.push_check import Target, TargetFacts
from kitops_desktop.ui.library.push_choice import Line, PushAdvice
from kitops_desktop.ui.library.target_sheet import Sending, SheetWords, TargetSheet
from kitops_desktop.ui.widgets.parts import label


class CopySheet(TargetSheet):
    """``copy_wanted`` carries the ``CopyWork``."""

    copy_wanted = Signal(object)

    def __init__(
        self,
        source: CopySource,
        reach: Callable[[Reference, CancelToken], Target],
        hosts: tuple[str, ...],
        used: tuple[str, ...],
        background: Background,
        host: QWidget,
    ) -> None:
        """``hosts`` are registries that are known, ``used`` references used before, the latest first."""
        self._source = source
        self.recursive = QCheckBox(referrers_text(source))
        self.recursive.setChecked(bool(source.referrers))
        self.verify = QCheckBox("Read it back from there before the tag is put")
        words = SheetWords(f"Copy {source.reference}", "Copy &to", "Copy", "forward")
        sending = Sending(source.parts, source.name, reach)
        super().__init__(words, sending, copy_candidates(source, hosts, used), background, host)
        for box in (self.recursive, self.verify):
            self.choices.addWidget(box)
        self.recursive.setVisible(bool(self.recursive.text()))
        if source.parent:
            stays = f"It builds on {source.parent}, which is not copied: it is got from there when unpacking."
            self.choices.addWidget(label(stays, "muted", wrap=True))
        self.recursive.toggled.connect(lambda _: self.show_advice())

    def agreed(self, target: Reference, expected: str | None) -> None:
        work = CopyWork(
            str(self._source.reference),
            str(target),
            expected,
            self.recursive.isChecked(),
            self.verify.isChecked(),
            digest=self._source.parts.manifest.digest,
        )
        self.copy_wanted.emit(work)

    def command(self, target: str, expected: str | None) -> str:
        return copy_command(
            str(self._source.reference),
            target,
            expected,
            recursive=self.recursive.isChecked(),
            verify=self.verify.isChecked(),
        )

    def advice(self, target: Reference, facts: TargetFacts | None) -> PushAdvice:
        return advise_copy(self._source, target, facts, recursive=self.recursive.isChecked())

    def read_reference(self, text: str) -> Reference | Line:
        return read_copy_target(self._source, text)
