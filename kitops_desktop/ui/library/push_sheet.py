"""The push sheet: where to, under which tag, and what is there already; all of it before the job starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.artifact_kinds import signed_digest
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.command_text import push_command
from kitops_desktop.ui.library.push_check import Target, TargetFacts, look_at_target
from kitops_desktop.ui.library.push_choice import (
    Line,
    PushAdvice,
    PushKit,
    advise,
    candidates,
    free_tag,
    moving_note,
    moving_text,
    read_target,
    tags_text,
)
from kitops_desktop.ui.registry_remedy import remedy_of
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import label, line, restyle
from kitops_desktop.ui.widgets.reference_field import ReferenceField
from kitops_desktop.ui.widgets.sheet import Sheet

_PAUSE = 350  # milliseconds of quiet before the registry is asked


@dataclass(frozen=True, slots=True)
class PushSource:
    """The kit as it is in the store, and how a repository is reached."""

    kit: ModelKit
    name: PushKit
    target: Callable[[Reference, CancelToken], Target]


class PushSheet(Sheet):
    """``push_wanted`` carries the ``PushWork``, ``remedy_wanted`` the host where an error can be mended."""

    push_wanted = Signal(object)
    remedy_wanted = Signal(str)
    copied = Signal()

    def __init__(
        self,
        source: PushSource,
        hosts: tuple[str, ...],
        used: tuple[str, ...],
        background: Background,
        host: QWidget,
    ) -> None:
        """``hosts`` are registries that are known, ``used`` references used before, the latest first."""
        super().__init__(f"Push {source.name.reference.short}", host, width=560)
        self._source = source
        self._reader = Reader(background, self)
        self._facts: TargetFacts | None = None
        self._asked: Reference | None = None
        self._advice = PushAdvice()
        self._trouble: ErrorPanel | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        known = candidates(source.name, hosts, used)
        self._make_target(known)
        self._make_answer()
        self._make_buttons()
        self.first = self.target
        self.target.setText(known[0] if known else "")
        self.target.end(False)
        self._pause.stop()
        self._look()

    @property
    def looking(self) -> bool:
        """Whether what is there is still being found out."""
        return self._pause.isActive() or self._reader.busy

    @property
    def facts(self) -> TargetFacts | None:
        """What the registry said about the target that is entered; None while that is not known."""
        return self._facts

    # -- building

    def _make_target(self, known: tuple[str, ...]) -> None:
        kit = self._source.kit
        size, layers = size_text(kit.manifest.layers_size), count_text(len(kit.manifest.layers), "layer")
        self.body.addWidget(label(f"{layers}, {size}", "muted"))
        caption = label("Push &to", "strong")
        self.target = ReferenceField()
        self.target.setPlaceholderText("registry/repository:tag")
        self.target.set_candidates(known)
        caption.setBuddy(self.target)
        self.target.textChanged.connect(self._on_changed)
        self._known_tags = ElidedLabel("", "caption", Qt.TextElideMode.ElideRight)
        self._next = click_button("", self._take_next, "tag", "link")
        self._next.hide()
        column = QVBoxLayout()
        column.setSpacing(5)
        for widget in (caption, self.target, self._known_tags):
            column.addWidget(widget)
        column.addWidget(self._next, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(column)
        self.body.addWidget(line())

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

    def _make_buttons(self) -> None:
        self.add_button("Copy as command", "quiet", "terminal").clicked.connect(self._copy_command)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._push = self.add_button("Push", "primary", "upload")
        self._push.clicked.connect(self._on_push)

    # -- looking at what is there

    @Slot()
    def _on_changed(self) -> None:
        self._reader.cancel()
        self._facts = None
        target = read_target(self.target.text())
        restyle(self.target, invalid=isinstance(target, Line) and target.tone == "danger")
        self._pause.start()
        self._show()

    @Slot()
    def _look(self) -> None:
        self._facts = None
        target = read_target(self.target.text())
        if isinstance(target, Reference):
            self._asked = target
            self._reader.read(lambda token: self._ask(target, token), self._on_facts, self._on_failed)
        self._show()

    def _ask(self, target: Reference, token: CancelToken) -> TargetFacts:
        repository = self._source.target(target, token)
        return look_at_target(repository, self._source.kit, target.tag or "", token)

    def _on_facts(self, facts: TargetFacts) -> None:
        self._facts = facts
        self._show()
        self._complete_tags(facts)

    def _on_failed(self, error: Exception) -> None:
        self._show()
        self._clear_lines()
        self._trouble = panel = ErrorPanel(error)
        panel.add_button("Try again", "retry").clicked.connect(self._look)
        remedy = remedy_of(error)
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

    def _show(self) -> None:
        target = read_target(self.target.text())
        if isinstance(target, Line):
            self._advice = PushAdvice((target,))
        else:
            self._advice = advise(self._source.name, target, self._facts)
        self._drop_panel()
        self._clear_lines()
        for one in self._advice.lines:
            self._lines.addWidget(label(one.text, one.tone, wrap=True))
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
        self._push.setEnabled(self._advice.ready and agreed)

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
        target = read_target(self.target.text())
        if isinstance(target, Reference):
            self.target.setText(str(target.with_tag(str(self._next.property("tag")))))
            self.target.setFocus()

    def _on_push(self) -> None:
        target = read_target(self.target.text())
        if isinstance(target, Reference) and self._push.isEnabled():
            source = self._source.name.reference.short
            self.push_wanted.emit(PushWork(source, str(target), self._advice.expected))
            self.close_sheet()

    def _copy_command(self) -> None:
        target = read_target(self.target.text())
        text = str(target) if isinstance(target, Reference) else self.target.text().strip()
        copy_text(push_command(self._source.name.reference.short, text, self._advice.expected))
        self.copied.emit()
