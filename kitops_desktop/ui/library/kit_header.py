"""The head of a kit's page: its name, a switch between the tags of its repository, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import Wait
from kitops_desktop.ui.actions import Action, to_menu_action
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.kit_actions import KitActions
from kitops_desktop.ui.library.kit_source import KitSource, LoadedKit
from kitops_desktop.ui.library.library_rows import NO_TAG
from kitops_desktop.ui.units import count_text, read_text, size_text
from kitops_desktop.ui.waiting import with_wait
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.head_row import HeadRow
from kitops_desktop.ui.widgets.name_label import NameLabel
from kitops_desktop.ui.widgets.parts import button, label, restyle

_ROW = 26
"""Pixels: as high as the row is with a button in it, so that nothing moves when that comes."""
_LONGEST_NAME = 200
_GAP = 8  # pixels between buttons


class KitHeader(QWidget):
    """``tag_chosen`` carries the tag the user switched to, ``stored_wanted`` what the kit is called on this
    computer; the buttons run the actions they were given.
    """

    tag_chosen = Signal(str)
    stored_wanted = Signal(object)  # Reference

    def __init__(self, actions: KitActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = NameLabel("", "title")
        self._facts = ElidedLabel("", "muted")
        self._place = Badge("")
        self._tags = QComboBox()
        self._tags.setMinimumWidth(120)
        self._tags.setMaximumWidth(240)
        self._tags.activated.connect(self._on_tag)
        self._filled: tuple[tuple[str, ...], Reference] | None = None
        self._stored: Reference | None = None
        self.read = label("", "muted")
        self.read.setToolTip("How much of the kit's layers was fetched to show what is shown")
        self._stored_mark = Badge("")
        self._stored_button = click_button("Open in library", self._want_stored, "library", "link")
        self._buttons: list[QPushButton] = []
        self._quiet: list[QPushButton] = []
        self._folded: list[QAction] = []
        self._is_low = False
        self._primary: QPushButton | None = None
        self._lay_out(actions)

    def show_source(self, source: KitSource) -> None:
        """Show the name at once, before anything of the kit was read."""
        self._title.setText(source.title)
        self._arrange()
        self._place.show_text(source.place)
        self._facts.setMinimumHeight(_ROW)
        self._facts.setText(str(source.reference))
        self.read.setText("")
        self._show_stored(None, known=False)
        self._fill_tags((), source.reference)
        self.set_ready(False)

    def show_kit(self, loaded: LoadedKit, reference: Reference, *, is_remote: bool = False) -> None:
        manifest = loaded.kit.manifest
        package = loaded.kit.kitfile.package
        named = " ".join(word[:_LONGEST_NAME] for word in (package.name, package.version) if word)
        layers = count_text(len(manifest.layers), "layer")
        facts = (
            named,
            size_text(manifest.layers_size),
            layers,
            short_digest(loaded.kit.descriptor.digest),
        )
        self._facts.setText("  ·  ".join(fact for fact in facts if fact))
        self._show_stored(loaded.stored, known=is_remote)
        self._fill_tags(loaded.tags, reference)
        self.set_ready(True)

    def name_primary(self, text: str, tip: str = "") -> None:
        """Call the last button otherwise, with what is to be known of it."""
        if self._primary is not None:
            self._primary.setText(text.replace("&", "&&"))
            self._primary.setToolTip(tip)
            self._primary.setAccessibleDescription(tip)

    def show_read(self, read: int, total: int, wait: Wait | None = None) -> None:
        """So many bytes of a kit in a registry were fetched to show it; ``wait`` is why it takes long now."""
        self.read.setText(with_wait(read_text(read, total), wait))

    def set_ready(self, ready: bool) -> None:
        """Whether there is a kit to do something with."""
        for each in self._buttons:
            each.setEnabled(ready)

    def _lay_out(self, actions: KitActions) -> None:
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self._title)
        version = QLabel("&Version")
        version.setProperty("kind", "muted")
        version.setBuddy(self._tags)
        names.addWidget(version)
        names.addWidget(self._tags)
        names.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(_GAP)
        for action in actions.quiet:
            self._quiet.append(self._button(action))
            buttons.addWidget(self._quiet[-1])
        if actions.more:
            buttons.addWidget(self._more(actions.quiet, actions.more))
        if actions.primary is not None:
            self._primary = self._button(actions.primary, "primary", actions.with_alt)
            buttons.addWidget(self._primary)
        self._top = HeadRow(names, buttons)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        for widget in (self._place, self._stored_mark, self._stored_button):
            facts.addWidget(widget)
        facts.addWidget(self._facts, 1)
        facts.addWidget(self.read)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._top)
        column.addLayout(facts)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def set_low(self, low: bool) -> None:
        """In a low page buttons are in the menu where that spares a row."""
        self._is_low = low
        self._arrange()

    def _arrange(self) -> None:
        has_room, width = self._top.has_room, self.width()
        quiet = sum(one.sizeHint().width() + _GAP for one in self._quiet)
        in_menu = any(one.isHidden() for one in self._quiet)
        all_fit = has_room(width, less=-quiet if in_menu else 0)
        rest_fits = has_room(width, less=0 if in_menu else quiet)
        folds = self._is_low and not all_fit and rest_fits and bool(self._folded)
        for shown, action in zip(self._quiet, self._folded, strict=False):
            shown.setVisible(not folds)
            action.setVisible(folds)
        self._top.arrange(width)

    def _button(self, action: Action, kind: str = "", with_alt: Action | None = None) -> QPushButton:
        made = button(action.text.replace("&", "&&"), action.icon, kind)

        def run() -> None:
            held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier
            (with_alt if with_alt is not None and held else action).run()

        made.clicked.connect(run)
        self._buttons.append(made)
        return made

    def _more(self, quiet: tuple[Action, ...], actions: tuple[Action, ...]) -> QPushButton:
        made = button("More", "more")
        menu = QMenu(made)
        self._folded = [to_menu_action(action, menu) for action in quiet]
        menu.addActions([*self._folded, *(to_menu_action(action, menu) for action in actions)])
        made.setMenu(menu)
        restyle(made, menu="true")
        self._buttons.append(made)
        return made

    def _show_stored(self, stored: Reference | None, *, known: bool) -> None:
        """Whether this computer has it too; of what is here anyway nothing is said."""
        self._stored = stored
        if stored is not None:
            self._stored_mark.show_text("On this computer", "success")
        else:
            self._stored_mark.show_text("Not on this computer" if known else "")
        self._stored_mark.setVisible(known)
        self._stored_button.setVisible(stored is not None)

    def _want_stored(self) -> None:
        if self._stored is not None:
            self.stored_wanted.emit(self._stored)

    def _fill_tags(self, tags: tuple[str, ...], reference: Reference) -> None:
        if (tags, reference) == self._filled:  # who is choosing is not disturbed
            return
        self._filled = (tags, reference)
        self._tags.clear()
        self._tags.addItems(tags)
        if reference.tag is None:
            self._tags.insertItem(0, NO_TAG)
        elif reference.tag not in tags:
            self._tags.insertItem(0, reference.tag)
        self._tags.setCurrentText(reference.tag or NO_TAG)

    @Slot(int)
    def _on_tag(self, place: int) -> None:
        tag = self._tags.itemText(place)
        if tag != NO_TAG:
            self.tag_chosen.emit(tag)
