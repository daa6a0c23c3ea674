"""The pack sheet: everything a job has to know is asked and shown here, before it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.compression_estimate import estimate_compression
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor.layers_list import LayersList
from kitops_desktop.ui.editor.pack_check import (
    PackAnswers,
    PackFacts,
    last_tags,
    look_at,
    obstacle,
    open_secrets,
    pickles_text,
    push_reference,
    size_lines,
)
from kitops_desktop.ui.editor.pack_choice import suggested_reference
from kitops_desktop.ui.editor.pack_form import PackForm
from kitops_desktop.ui.editor.pack_source import PackSource
from kitops_desktop.ui.editor.push_target import PushSources, PushTarget
from kitops_desktop.ui.editor.secrets_list import SecretsList
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.ui.widgets.parts import button, label, line, restyle
from kitops_desktop.ui.widgets.sheet import Sheet


class PackSheet(Sheet):
    """``pack_wanted`` carries the ``PackAnswers`` and whether to save first; ``push_wanted`` also what the
    tag in the registry was agreed to stand for, whether the kit is kept here too, and whether a file index is
    attached. ``remedy_wanted`` carries the registry to sign in to.

    ``refresh`` looks at the folder again, after .kitignore or the Kitfile were changed.
    """

    pack_wanted = Signal(object, bool)
    push_wanted = Signal(object, bool, object, bool, bool)
    remedy_wanted = Signal(str)
    ignore_wanted = Signal(object)  # tuple[Flagged, ...]
    secret_allowed = Signal(object, bool)  # path
    author_wanted = Signal()
    copied = Signal()

    def __init__(
        self,
        source: PackSource,
        compression: Compression,
        background: Background,
        tools: Tools,
        pushes: PushSources,
        host: QWidget,
    ) -> None:
        super().__init__(f"Pack {source.name}", host, width=560)
        self._source, self._tools = source, tools
        self._reader = Reader(background, self)
        self._estimates = Reader(background, self)
        self.facts: PackFacts | None = None
        self._suggested = suggested_reference(source.name, source.package_name, source.last_reference, ())
        self._last_wanted: Callable[[bool], None] = self._want_pack
        self.target = PushTarget(pushes)
        self.target.remedy_wanted.connect(self._go_to)
        self.form = PackForm(self._suggested, compression, self.target)
        self.form.reference.set_candidates(pushes.known(self._suggested))
        self.target.changed.connect(self._on_target)
        self.form.changed.connect(self._show)
        self.form.links_changed.connect(self.refresh)
        self._secrets = SecretsList()
        self._secrets.ignore_wanted.connect(self.ignore_wanted)
        self._pickles = label("", "warning", wrap=True)
        self._pickles.hide()
        self._secrets.allowed.connect(self._on_allowed)
        self._size, self._room = label("", "strong", wrap=True), label("", "muted", wrap=True)
        self.layers = LayersList()
        self._says = label("", "muted", wrap=True)
        self._saves = label("", "caption", wrap=True)
        self._copies = QCheckBox("Copy the reference when it is packed")
        self._copies.setChecked(True)
        self._author = button("", "edit", "link")
        self._author.clicked.connect(self.author_wanted)
        self._problem: QFrame | None = None
        self._lay_out()
        self._make_buttons()
        self.first = self.form.reference
        self.refresh()

    @property
    def answers(self) -> PackAnswers:
        return replace(self.form.answers, allowed=self._source.allowed())

    @property
    def copies_reference(self) -> bool:
        return self._copies.isChecked()

    @Slot()
    def refresh(self) -> None:
        """Look at the folder and the store as they are now."""
        self.facts = None
        self._estimates.cancel()
        work = self._source.as_edited(self.answers)
        self._reader.read(lambda token: look_at(work, self._tools, token), self._on_facts, self._on_failed)
        self._show()

    def show_failure(self, error: Explanation | BaseException) -> None:
        """Saving failed: say so, and offer to pack what is edited all the same."""
        panel = self._show_problem(error)
        without = panel.add_button("Pack without saving", "pack")
        without.clicked.connect(lambda: self._last_wanted(False))

    def _lay_out(self) -> None:
        layout = self.body
        layout.addWidget(self.form)
        layout.addWidget(line())
        layout.addWidget(self._size)
        layout.addWidget(self._room)
        layout.addWidget(self.layers)
        layout.addWidget(self._secrets)
        layout.addWidget(self._pickles)
        self._problem_place = QVBoxLayout()
        layout.addLayout(self._problem_place)
        layout.addWidget(self._says)
        layout.addWidget(self._copies)
        author = QHBoxLayout()
        author.addWidget(self._author)
        author.addStretch(1)
        layout.addLayout(author)
        layout.addStretch(1)
        layout.addWidget(self._saves)

    def _make_buttons(self) -> None:
        self._command = self.add_button("Copy as command", icon_name="terminal")
        self._command.clicked.connect(self._copy_command)
        cancel = self.add_button("Cancel")
        cancel.clicked.connect(self.close_sheet)
        self._push = self.add_button("Pack && push", "", "upload")
        self._push.clicked.connect(self._on_push)
        self._pack = self.add_button("Pack", "primary", "pack")
        self._pack.clicked.connect(self._on_pack)
        self._show()

    def _on_facts(self, facts: PackFacts) -> None:
        self.facts = facts
        self.target.outlook.suggest(fits=not facts.missing)
        self.target.show_plan(facts.plan)
        self.layers.show_plan(facts.plan)
        self._estimate(facts.plan)
        if self.form.reference.text() == self._suggested:
            self._suggest(facts)
        if facts.problem is None:
            self._drop_problem()
        else:
            self._show_problem(facts.problem)
        self._show()

    def _estimate(self, plan: PackPlan | None) -> None:
        """Find out how small it would become; the sheet does not wait for that."""
        self.form.show_estimate(None)
        if plan is not None:
            layers = [layer.plan for layer in plan.layers]
            self._estimates.read(
                lambda token: estimate_compression(layers, token), self.form.show_estimate, lambda _: None
            )

    def _on_failed(self, error: Exception) -> None:
        self._show_problem(error)

    def _suggest(self, facts: PackFacts) -> None:
        """Now that the tags are known: the next one that nobody has. What the user typed stays."""
        source = self._source
        first = self._suggested
        there = self.target.facts.tags if self.target.facts is not None else ()
        taken = (*last_tags(first, facts), *there)
        self._suggested = suggested_reference(source.name, source.package_name, source.last_reference, taken)
        self.form.reference.setText(self._suggested)

    @Slot()
    def _show(self) -> None:
        answers, facts = self.answers, self.facts
        self.target.show_reference(push_reference(answers))
        self.target.outlook.show_compressed(answers.compression is not Compression.NONE)
        why = obstacle(answers, facts)
        self._pack.setEnabled(not why)
        outlook = self.target.outlook
        why_not_push = obstacle(answers, facts, stored=outlook.keeps)
        self._push.setEnabled(not why_not_push and self.target.ready)
        self._push.setToolTip(self.target.why_not)
        self._push.setAccessibleDescription(self.target.why_not)
        self._says.setText(why)
        self._says.setVisible(bool(why))
        restyle(self._says, kind="muted" if facts is None else "danger")
        if facts is not None:
            self.form.show_facts(facts)
            size, room = size_lines(facts)
            self._size.setText(size)
            self._room.setText(room)
            self._secrets.show_secrets(facts.secrets, open_secrets(answers, facts))
            pickles = pickles_text(facts)
            self._pickles.setText(pickles)
            self._pickles.setVisible(bool(pickles))
        self._saves.setText(self._source.saving_text())
        offer = self._source.author_offer()
        self._author.setText(f"Name {offer} as the author")
        self._author.setVisible(bool(offer))

    def _show_problem(self, error: Explanation | BaseException) -> ErrorPanel:
        self._drop_problem()
        panel = ErrorPanel(error)
        self._problem_place.addWidget(panel)
        self._problem = panel
        return panel

    def _drop_problem(self) -> None:
        if self._problem is not None:
            self._problem.hide()
            self._problem.deleteLater()
            self._problem = None

    @Slot(object, bool)
    def _on_allowed(self, path: str, allowed: bool) -> None:
        self.secret_allowed.emit(path, allowed)
        self._show()

    @Slot()
    def _on_target(self) -> None:
        """What is in the registry counts for the tag that is proposed, while it is the proposed one."""
        there, facts = self.target.facts, self.facts
        taken = there is not None and there.digest
        if facts is not None and taken and self.form.reference.text() == self._suggested:
            self._suggest(facts)
        self._show()

    def _go_to(self, host: str) -> None:
        self.close_sheet()
        self.remedy_wanted.emit(host)

    @Slot()
    def _on_pack(self) -> None:
        self._last_wanted = self._want_pack
        self._want_pack(True)

    @Slot()
    def _on_push(self) -> None:
        self._last_wanted = self._want_push
        self._want_push(True)

    def _want_pack(self, save: bool) -> None:
        self.pack_wanted.emit(self.answers, save)

    def _want_push(self, save: bool) -> None:
        target = self.target
        keeps, indexes = target.outlook.keeps, target.outlook.indexes
        self.push_wanted.emit(self.answers, save, target.expected, keeps, indexes)

    @Slot()
    def _copy_command(self) -> None:
        """For a name in a registry there are two commands to choose from."""
        answers, folder = self.answers, self._source.folder
        pack = answers.command(folder)
        if self.target.reference is None:
            self._copy(pack)
            return
        outlook = self.target.outlook
        push = answers.push_command(folder, self.target.expected, outlook.keeps, outlook.indexes)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Pack").triggered.connect(lambda: self._copy(pack))
        menu.addAction("Pack && push").triggered.connect(lambda: self._copy(push))
        menu.popup(self._command.mapToGlobal(self._command.rect().bottomLeft()))

    def _copy(self, command: str) -> None:
        QGuiApplication.clipboard().setText(command)
        self.copied.emit()
