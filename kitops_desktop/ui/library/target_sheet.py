"""A sheet that asks where in a registry a kit is to go, and says what is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.artifact_kinds import signed_digest
from kitops_desktop.ui.browser.registry_mark import RegistryMark
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.error_text import diagnostics_text
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.push_check import Parts, Target, TargetFacts, look_at_target
from kitops_desktop.ui.library.push_choice import (
    Line,
    PushAdvice,
    PushKit,
    advise,
    free_tag,
    moving_note,
    moving_text,
    read_target,
    tags_text,
)
from kitops_desktop.ui.registry_remedy import explained_beside, remedy_of
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import label, line, restyle
from kitops_desktop.ui.widgets.reference_field import ReferenceField
from kitops_desktop.ui.widgets.sheet import Sheet

_PAUSE = 350  # milliseconds of quiet before the registry is asked


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to go there, what it is called now, and how a repository is reached."""

    parts: Parts
    name: PushKit
    target: Callable[[Reference, CancelToken], Target]


@dataclass(frozen=True, slots=True)
class SheetWords:
    """``caption`` is that of the field, with its mnemonic; ``button`` what begins it, with ``icon``."""

    title: str
    caption: str
    button: str
    icon: str


class TargetSheet(Sheet):
    """To be finished by those who know what is done: ``agreed`` and ``command``, and ``advice`` and
    ``read_reference`` where pushing has others.

    ``remedy_wanted`` carries the host where an error can be mended, ``copied`` says that the command is on
    the clipboard.
    """

    remedy_wanted = Signal(str)
    copied = Signal()

    def __init__(
        self,
        words: SheetWords,
        sending: Sending,
        known: tuple[str, ...],
        background: Background,
        host: QWidget,
    ) -> None:
        """``known`` are references to complete with, the likeliest first."""
        super().__init__(words.title, host, width=560)
        self._sending = sending
        self._reader = Reader(background, self)
        self._facts: TargetFacts | None = None
        self._asked: Reference | None = None
        self._advice = PushAdvice()
        self._trouble: ErrorPanel | None = None
        self._label_of: Callable[[str], HostLabel] = lambda host: HostLabel()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self._make_target(words, known)
        self.choices = QVBoxLayout()
        """For what else can be chosen."""
        self.body.addLayout(self.choices)
        self.body.addWidget(line())
        self._make_answer()
        self._make_buttons(words)
        self.first = self.target
        self.target.setText(known[0] if known else "")
        self.target.end(False)
        self._pause.stop()
        self._look()

    # -- what those who finish it say

    def agreed(self, target: Reference, expected: str | None) -> None:
        """Begin: all was looked at and agreed to."""
        raise NotImplementedError

    def command(self, target: str, expected: str | None) -> str:
        """What does the same on the command line."""
        raise NotImplementedError

    def advice(self, target: Reference, facts: TargetFacts | None) -> PushAdvice:
        """What it would do."""
        return advise(self._sending.name, target, facts)

    def read_reference(self, text: str) -> Reference | Line:
        """The reference that was entered, or what is wrong with it."""
        return read_target(text)

    def show_labels(self, label_of: Callable[[str], HostLabel]) -> None:
        """Say what the registry that is entered is called and is for."""
        self._label_of = label_of
        self.show_advice()

    @property
    def looking(self) -> bool:
        """Whether what is there is still being found out."""
        return self._pause.isActive() or self._reader.busy

    @property
    def facts(self) -> TargetFacts | None:
        """What the registry said about the target that is entered; None while that is not known."""
        return self._facts

    # -- building

    def _make_target(self, words: SheetWords, known: tuple[str, ...]) -> None:
        parts = self._sending.parts
        size, layers = size_text(parts.size), count_text(len(parts.layers), "layer")
        self.body.addWidget(label(f"{layers}, {size}", "muted"))
        caption = label(words.caption, "strong")
        self.target = ReferenceField()
        self.target.setPlaceholderText("registry/repository:tag")
        self.target.set_candidates(known)
        caption.setBuddy(self.target)
        self.target.textChanged.connect(self._on_changed)
        self._known_tags = ElidedLabel("", "caption", Qt.TextElideMode.ElideRight)
        self.mark = RegistryMark()
        self._next = click_button("", self._take_next, "tag", "link")
        self._next.hide()
        column = QVBoxLayout()
        column.setSpacing(5)
        for widget in (caption, self.target, self._known_tags):
            column.addWidget(widget)
        column.addWidget(self.mark)
        column.addWidget(self._next, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(column)

    def _make_answer(self) -> None:
        self._move = QCheckBox()
        self._move.toggled.connect(self._show_ready)
        self._move_note = label("", "warning", wrap=True)
        for widget in (self._move_note, self._move):
            self.body.addWidget(widget)
            widget.hide()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._problem = QVBoxLayout()
        self.body.addLayout(self._lines)
        self.body.addLayout(self._problem)
        self.body.addStretch(1)

    def _make_buttons(self, words: SheetWords) -> None:
        self.add_button("Copy as command", "quiet", "terminal").clicked.connect(self._copy_command)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._begin = self.add_button(words.button, "primary", words.icon)
        self._begin.clicked.connect(self._on_begin)

    # -- looking at what is there

    @Slot()
    def _on_changed(self) -> None:
        self._reader.cancel()
        self._facts = None
        target = self.read_reference(self.target.text())
        restyle(self.target, invalid=isinstance(target, Line) and target.tone == "danger")
        self._pause.start()
        self.show_advice()

    @Slot()
    def _look(self) -> None:
        self._facts = None
        target = self.read_reference(self.target.text())
        if isinstance(target, Reference):
            self._asked = target
            self._reader.read(lambda token: self._ask(target, token), self._on_facts, self._on_failed)
        self.show_advice()

    def _ask(self, target: Reference, token: CancelToken) -> TargetFacts:
        repository = self._sending.target(target, token)
        return look_at_target(repository, self._sending.parts, target.tag or "", token)

    def _on_facts(self, facts: TargetFacts) -> None:
        self._facts = facts
        self.show_advice()
        self._complete_tags(facts)

    def _on_failed(self, error: Exception) -> None:
        self.show_advice()
        self._clear_lines()
        remedy = remedy_of(error)
        said = explained_beside(error, remedy)
        self._trouble = panel = ErrorPanel(said, diagnostics_text(error))
        panel.add_button("Try again", "retry").clicked.connect(self._look)
        if remedy is not None:
            made = panel.add_button(remedy.text, remedy.icon)
            made.clicked.connect(lambda: self._go_to(remedy.host))
        self._problem.addWidget(panel)

    def _go_to(self, host: str) -> None:
        self.close_sheet()
        self.remedy_wanted.emit(host)

    def _complete_tags(self, facts: TargetFacts) -> None:
        """The tags there, as further references to complete with."""
        if self._asked is not None:
            tags = newest_first(tag for tag in facts.tags if signed_digest(tag) is None)
            there = [str(self._asked.with_tag(tag)) for tag in tags]
            self.target.set_candidates(dict.fromkeys((*self.target.candidates, *there)))

    # -- showing

    def show_advice(self) -> None:
        """Say what it would do, by what is entered, chosen and known now."""
        target = self.read_reference(self.target.text())
        moved = self._advice.moves
        if isinstance(target, Line):
            self._advice = PushAdvice((target,))
        else:
            self._advice = self.advice(target, self._facts)
        self.mark.show_label(self._label_of(target.registry if isinstance(target, Reference) else ""))
        self._drop_panel()
        self._clear_lines()
        for one in self._advice.lines:
            self._lines.addWidget(label(one.text, one.tone, wrap=True))
        if moved != self._advice.moves:
            self._move.setChecked(False)
        for widget in (self._move, self._move_note):
            widget.setVisible(bool(self._advice.moves))
        if isinstance(target, Reference) and self._advice.moves:
            self._move.setText(moving_text(target, self._advice.moves))
            self._move_note.setText(moving_note(target, self._advice.moves))
        self._show_tags(target if isinstance(target, Reference) else None)
        self._show_ready()

    def _show_tags(self, target: Reference | None) -> None:
        facts = self._facts if target is not None else None
        proposed = free_tag(target, facts) if target is not None and facts is not None else ""
        offered = bool(proposed and facts is not None and facts.tag_digest and self._advice.moves)
        self._next.setText(f"Use {proposed}, which is free")
        self._next.setProperty("tag", proposed)
        self._next.setVisible(offered)
        self._known_tags.setText(tags_text(facts.tags) if facts is not None else "")

    @Slot()
    def _show_ready(self) -> None:
        agreed = not self._advice.moves or self._move.isChecked()
        self._begin.setEnabled(self._advice.ready and agreed)

    def _clear_lines(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _drop_panel(self) -> None:
        if self._trouble is not None:
            self._trouble.hide()
            self._trouble.deleteLater()
            self._trouble = None

    # -- answers

    def _take_next(self) -> None:
        target = self.read_reference(self.target.text())
        if isinstance(target, Reference):
            self.target.setText(str(target.with_tag(str(self._next.property("tag")))))
            self.target.setFocus()

    def _on_begin(self) -> None:
        target = self.read_reference(self.target.text())
        if isinstance(target, Reference) and self._begin.isEnabled():
            self.agreed(target, self._advice.expected)
            self.close_sheet()

    def _copy_command(self) -> None:
        target = self.read_reference(self.target.text())
        text = str(target) if isinstance(target, Reference) else self.target.text().strip()
        copy_text(self.command(text, self._advice.expected))
        self.copied.emit()
