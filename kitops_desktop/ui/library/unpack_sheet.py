"""The unpack sheet: everything a job has to know is asked and shown here, before it starts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack_plan import UnpackPlan
from kitops_desktop.modelkit.unpack_profiles import BUILT_IN, UnpackProfile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.buttons import copy_text
from kitops_desktop.ui.library.conflict_form import ConflictForm
from kitops_desktop.ui.library.conflict_model import ConflictModel
from kitops_desktop.ui.library.in_the_way import obstacles
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.range_note import RangeNote
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.target_field import TargetField
from kitops_desktop.ui.library.unpack_choice import (
    UnpackChoice,
    What,
    fetch_text,
    kept_files,
    kind_options,
    may_conflict,
    missing_answer,
    plan_text,
    without_kept,
)
from kitops_desktop.ui.library.unpack_form import WhatForm
from kitops_desktop.ui.library.unpack_start import plan_choice, work_of
from kitops_desktop.ui.widgets.parts import label, line, restyle
from kitops_desktop.ui.widgets.sheet import Sheet

_PAUSE = 200  # milliseconds of quiet before the folder is looked at


class UnpackSheet(Sheet):
    """``unpack_wanted`` carries the ``UnpackWork``; ``copied`` comes when the command is on the clipboard.

    ``save_wanted`` carries an ``UnpackProfile`` to keep and ``forget_wanted`` the name of one to remove;
    ``show_profiles`` or ``refuse_profile`` is the answer.
    """

    unpack_wanted = Signal(object)
    copied = Signal()
    save_wanted = Signal(object)
    forget_wanted = Signal(str)

    def __init__(
        self,
        source: KitSource,
        kit: ModelKit,
        background: Background,
        target: Path,
        globs: tuple[str, ...],
        host: QWidget,
        remote: RemoteParts | None = None,
        verb: str = "",
        *,
        profiles: tuple[UnpackProfile, ...] = BUILT_IN,
        choice: UnpackChoice | None = None,
    ) -> None:
        """``remote`` is for a kit of a registry; ``verb`` is what the button says. ``choice`` are the answers
        to begin with.
        """
        self._verb = verb or ("Unpack" if remote is None else "Pull & unpack")
        super().__init__(f"{self._verb} {source.reference.short}", host, width=560)
        self._source, self._kit, self._globs, self._remote = source, kit, globs, remote
        self._profiles = profiles
        self._reader = Reader(background, self)
        self._plan: UnpackPlan | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._look)
        self._target = TargetField("Unpack &into", str(target))
        self._target.changed.connect(self._on_changed)
        self.body.addWidget(self._target)
        self.body.addWidget(line())
        self._what: WhatForm | None = None
        self.body.addWidget(self.make_what())
        self.body.addWidget(line())
        self._keeps = QCheckBox("&Keep it in the library too")
        self._keeps.setToolTip("Pulls all of the kit, and lists it in the library")
        self._keeps.toggled.connect(self._show_plan)
        self.body.addWidget(self._keeps)
        self._keeps.setVisible(remote is not None)
        self._ranges = RangeNote()
        self._ranges.changed.connect(self._show_plan)
        self.body.addWidget(self._ranges)
        self._conflicts = ConflictForm()
        self._conflicts.changed.connect(self._show_plan)
        self.body.addWidget(self._conflicts)
        self._says, self._fetches = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.body.addStretch(1)
        self.add_foot(self._says)
        self.add_foot(self._fetches)
        self._fetches.setVisible(remote is not None)
        self._make_buttons()
        if choice is not None:
            self._begin_with(choice)
        self._pause.stop()
        self._look()

    @property
    def choice(self) -> UnpackChoice:
        """The answers as they are now."""
        return UnpackChoice(
            self._target.text,
            What.EVERYTHING if self._what is None else self._what.what,
            frozenset() if self._what is None else self._what.kinds,
            self._globs,
            self._conflicts.rule,
            self._conflicts.model.replace,
            self._keeps.isChecked(),
            profile=None if self._what is None else self._what.profile,
            whole_layers=self._ranges.whole_layers,
        )

    @property
    def looking(self) -> bool:
        """Whether what would happen is still being found out."""
        return self._pause.isActive() or self._reader.busy

    @property
    def conflicts(self) -> ConflictModel:
        """The files in the way."""
        return self._conflicts.model

    def make_what(self) -> QWidget:
        """The question which contents are wanted."""
        self._what = WhatForm(kind_options(self._kit), len(self._globs), self._profiles)
        self._what.changed.connect(self._on_changed)
        self._what.save_wanted.connect(self._want_save)
        self._what.forget_wanted.connect(self.forget_wanted)
        return self._what

    def show_profiles(self, profiles: tuple[UnpackProfile, ...], chosen: str = "") -> None:
        """There are others now; with ``chosen``, that is the one that was saved just now."""
        if self._what is not None:
            self._what.show_profiles(profiles, chosen)

    def refuse_profile(self, error: InvalidArgument) -> None:
        """Say why a profile was not saved."""
        if self._what is not None:
            self._what.saver.refuse(error)

    def _begin_with(self, choice: UnpackChoice) -> None:
        self._keeps.setChecked(choice.keep and self._remote is not None)
        self._ranges.want_whole(choice.whole_layers)
        if self._what is not None:
            self._what.show_choice(choice)

    # -- widgets

    def _make_buttons(self) -> None:
        self.add_button("Copy as command", "quiet", "terminal").clicked.connect(self._copy_command)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._unpack = self.add_button(self._verb.replace("&", "&&"), "primary", "unpack")
        self._unpack.clicked.connect(self._on_unpack)

    # -- looking at what would happen

    @Slot()
    def _on_changed(self) -> None:
        self._reader.cancel()
        self._plan = None
        self._unpack.setEnabled(False)
        self._pause.start()

    @Slot()
    def _look(self) -> None:
        choice = self.choice
        self._plan = None
        self._unpack.setEnabled(False)
        missing = missing_answer(choice)
        if missing:
            self._say(missing)
            return
        self._say("Looking at the folder…" if self._remote is None else "Looking into the registry…")
        self._fetches.setText("")
        self._reader.read(lambda token: self.make_plan(choice, token), self._on_plan, self._on_failed)

    def make_plan(self, choice: UnpackChoice, token: CancelToken) -> UnpackPlan:
        return plan_choice(self._source, self._kit, choice, self._remote, token)

    def _on_plan(self, plan: UnpackPlan) -> None:
        self._plan = plan
        self._conflicts.show_conflicts(plan.conflicts, maybe=may_conflict(plan))
        self._show_plan()

    def _on_failed(self, error: Exception) -> None:
        self._conflicts.show_conflicts(())
        self._ranges.show_plan(None, keep=False)
        self._say(explain(error).what_and_why, "danger")

    @Slot()
    def _show_plan(self) -> None:
        plan = self._plan
        if plan is None:
            return
        in_the_way = obstacles(plan.conflicts)
        fits = plan.size <= plan.free
        if in_the_way:
            self._say("A folder is where a file belongs, or the reverse. Choose another folder.", "danger")
        elif not fits:
            self._say(f"There is not enough room: {plan_text(plan)}.", "danger")
        else:
            self._say(plan_text(plan, kept_files(self.choice, plan)))
        self._unpack.setEnabled(fits and not in_the_way and bool(plan.files or plan.unseen))
        if self._remote is not None:
            keep, whole = self._keeps.isChecked(), self._ranges.whole_layers
            fetched = without_kept(self.choice, plan)
            self._ranges.show_plan(fetched, keep=keep)
            text = fetch_text(fetched, self._kit, self._remote.has, keep=keep, whole_layers=whole)
            self._fetches.setText(text)

    def _say(self, text: str, kind: str = "muted") -> None:
        self._says.setText(text)
        restyle(self._says, kind=kind)

    # -- answers

    def _on_unpack(self) -> None:
        plan, choice = self._plan, self.choice
        if plan is None:
            return
        self.unpack_wanted.emit(work_of(self._source, choice, plan))
        self.close_sheet()

    def _want_save(self, name: str) -> None:
        choice = self.choice
        self.save_wanted.emit(UnpackProfile(name, choice.filters, choice.wanted_globs))

    def _copy_command(self) -> None:
        copy_text(self.choice.command(self._source.reference.short, self._plan))
        self.copied.emit()
