"""The head of a kit's page: its name, a switch between the tags of its repository, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from kitops_desktop.oci.digest import hex_of
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.actions import Action, to_qaction
from kitops_desktop.ui.library.kit_source import KitSource, LoadedKit
from kitops_desktop.ui.library.library_rows import NO_TAG, SHORT_DIGEST, repository_title
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import button, restyle


class KitHeader(QWidget):
    """``tag_chosen`` carries the tag the user switched to; the buttons run the actions they were given."""

    tag_chosen = Signal(str)

    def __init__(
        self, primary: Action, quiet: Iterable[Action], more: Iterable[Action], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = ElidedLabel("", "title", Qt.TextElideMode.ElideLeft)
        self._facts = ElidedLabel("", "muted")
        self._place = Badge("")
        self._tags = QComboBox()
        self._tags.setMinimumWidth(120)
        self._tags.setMaximumWidth(240)
        self._tags.activated.connect(self._on_tag)
        self._buttons: list[QPushButton] = []
        self._lay_out(primary, tuple(quiet), tuple(more))

    def show_source(self, source: KitSource) -> None:
        """Show the name at once, before anything of the kit was read."""
        self._title.setText(repository_title(source.reference.repository_name))
        self._place.show_text(source.place)
        self._facts.setText(str(source.reference))
        self._fill_tags((), source.reference)
        self.set_ready(False)

    def show_kit(self, loaded: LoadedKit, reference: Reference) -> None:
        manifest = loaded.kit.manifest
        package = loaded.kit.kitfile.package
        named = " ".join(word for word in (package.name, package.version) if word)
        layers = count_text(len(manifest.layers), "layer")
        facts = (
            named,
            size_text(manifest.layers_size),
            layers,
            hex_of(loaded.kit.descriptor.digest)[:SHORT_DIGEST],
        )
        self._facts.setText("  ·  ".join(fact for fact in facts if fact))
        self._fill_tags(loaded.tags, reference)
        self.set_ready(True)

    def set_ready(self, ready: bool) -> None:
        """Whether there is a kit to do something with."""
        for each in self._buttons:
            each.setEnabled(ready)

    def _lay_out(self, primary: Action, quiet: tuple[Action, ...], more: tuple[Action, ...]) -> None:
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self._title)
        version = QLabel("&Version")
        version.setProperty("kind", "muted")
        version.setBuddy(self._tags)
        names.addWidget(version)
        names.addWidget(self._tags)
        names.addWidget(self._place)
        names.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addLayout(names)
        texts.addWidget(self._facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        for action in quiet:
            row.addWidget(self._button(action))
        row.addWidget(self._more(more))
        row.addWidget(self._button(primary, "primary"))

    def _button(self, action: Action, kind: str = "") -> QPushButton:
        made = button(action.text, action.icon, kind)
        made.clicked.connect(lambda: action.run())
        self._buttons.append(made)
        return made

    def _more(self, actions: tuple[Action, ...]) -> QPushButton:
        made = button("More", "more")
        menu = QMenu(made)
        for action in actions:
            menu.addAction(to_qaction(action, menu))
        made.setMenu(menu)
        restyle(made, menu="true")
        self._buttons.append(made)
        return made

    def _fill_tags(self, tags: tuple[str, ...], reference: Reference) -> None:
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
