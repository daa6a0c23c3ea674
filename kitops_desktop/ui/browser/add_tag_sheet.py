"""The sheet that gives a version in a registry another tag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.copy_job import CopyWork
from kitops_desktop.oci.reference import Reference, is_tag
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.browser.copy_choice import CopySource
from kitops_desktop.ui.library.command_text import copy_command
from kitops_desktop.ui.library.push_check import Target, TargetFacts
from kitops_desktop.ui.library.push_choice import Line, PushAdvice, advise, read_target, transfer_text
from kitops_desktop.ui.library.target_sheet import Sending, SheetWords, TargetSheet


class AddTagSheet(TargetSheet):
    """``copy_wanted`` carries a ``CopyWork`` inside the repository: the same bytes are put under the tag."""

    copy_wanted = Signal(object)

    def __init__(
        self,
        source: CopySource,
        reach: Callable[[Reference, CancelToken], Target],
        background: Background,
        host: QWidget,
    ) -> None:
        self._source = source
        words = SheetWords(f"Add a tag to {source.reference}", "New &tag", "Add tag", "tag")
        super().__init__(words, Sending(source.parts, source.name, reach), (), background, host)
        self.target.setPlaceholderText("v2, latest, prod …")

    def agreed(self, target: Reference, expected: str | None) -> None:
        digest = self._source.parts.manifest.digest
        self.copy_wanted.emit(CopyWork(str(self._source.reference), str(target), expected, digest=digest))

    def command(self, target: str, expected: str | None) -> str:
        return copy_command(str(self._source.reference), target, expected)

    def advice(self, target: Reference, facts: TargetFacts | None) -> PushAdvice:
        """As for pushing; nothing has to be sent, so nothing is said about that."""
        advice = advise(self._source.name, target, facts)
        usual = "" if facts is None else transfer_text(facts)
        return replace(advice, lines=tuple(one for one in advice.lines if one.text != usual))

    def read_reference(self, text: str) -> Reference | Line:
        """A tag, or a whole reference into the same repository."""
        here, text = self._source.reference, text.strip()
        if is_tag(text):
            return here.with_tag(text)
        if not text:
            return Line(f"What {here.repository} is to be called too, for example v2")
        found = read_target(text)
        if isinstance(found, Line):
            return Line("A tag has letters, digits, dots, dashes and underscores only.", "danger")
        if found.repository_name != here.repository_name:
            return Line(f"A tag is added in {here.repository_name}; to have it elsewhere, copy it.", "danger")
        return found
