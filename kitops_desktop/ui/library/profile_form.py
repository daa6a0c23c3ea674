"""Choosing among profiles, and keeping what is chosen as a new one."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.modelkit.unpack_profiles import LONGEST_NAME, UnpackProfile
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.file_tree_model import printable
from kitops_desktop.ui.widgets.parts import label


class ProfileChooser(QWidget):
    """``changed`` comes when another one is chosen, ``forget_wanted`` carries the name of one to remove."""

    changed = Signal()
    forget_wanted = Signal(str)

    def __init__(self, profiles: tuple[UnpackProfile, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = QComboBox()
        self._names.setAccessibleName("Profile")
        self._forget = click_button("Remove profile", self._want_forget, "trash", "quiet")
        self._about = label("", "caption", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._names)
        row.addWidget(self._forget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._about)
        self._names.currentIndexChanged.connect(self._on_chosen)
        self.show_profiles(profiles)

    @property
    def profile(self) -> UnpackProfile | None:
        found = self._names.currentData()
        return found if isinstance(found, UnpackProfile) else None

    def choose(self, name: str) -> None:
        """Choose the one of that name, if there is one."""
        place = self._names.findText(printable(name))
        if place >= 0:
            self._names.setCurrentIndex(place)

    def show_profiles(self, profiles: tuple[UnpackProfile, ...], chosen: str = "") -> None:
        """Offer these; the one that was chosen stays so, unless another is to be."""
        name = chosen or (self.profile.name if self.profile is not None else "")
        self._names.blockSignals(True)
        self._names.clear()
        for one in profiles:
            self._names.addItem(printable(one.name), one)
        self._names.setCurrentIndex(
            max(0, next((i for i, one in enumerate(profiles) if one.name == name), 0))
        )
        self._names.blockSignals(False)
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        profile = self.profile
        self._forget.setVisible(profile is not None and not profile.is_built_in)
        self._about.setText("" if profile is None else about_text(profile))
        self.changed.emit()

    def _want_forget(self) -> None:
        if self.profile is not None:
            self.forget_wanted.emit(self.profile.name)


class ProfileSaver(QWidget):
    """ "Save as profile…", which becomes a field for the name. ``save_wanted`` carries it."""

    save_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ask = click_button("Save as profile…", self._open, "", "link")
        self._name = QLineEdit()
        self._name.setAccessibleName("Name of the profile")
        self._name.setPlaceholderText("Name of the profile")
        self._name.setMaxLength(LONGEST_NAME)
        self._save = click_button("Save profile", self._want_save)
        self._problem = label("", "danger", wrap=True)
        self._name.returnPressed.connect(self._want_save)
        self._name.textChanged.connect(lambda: self.say(""))
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self._ask, self._name, self._save):
            row.addWidget(widget)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self.close_field()

    def close_field(self) -> None:
        """Nothing is to be entered any more."""
        had_focus = self._name.hasFocus() or self._save.hasFocus()
        self._name.clear()
        self._show(asking=False)
        if had_focus:
            self._ask.setFocus()

    def say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def refuse(self, error: InvalidArgument) -> None:
        """Say why it was not saved."""
        text = str(error)
        self.say(f"{text[:1].upper()}{text[1:]}.")

    def _open(self) -> None:
        self._show(asking=True)
        self._name.setFocus()

    def _show(self, *, asking: bool) -> None:
        self._ask.setVisible(not asking)
        for widget in (self._name, self._save):
            widget.setVisible(asking)
        self.say("")

    def _want_save(self) -> None:
        self.save_wanted.emit(self._name.text().strip())


def about_text(profile: UnpackProfile) -> str:
    """What a profile takes, in a line."""
    if profile.about:
        return f"{profile.about[:1].upper()}{profile.about[1:]}."
    filters = ", ".join(profile.filters) or "everything"
    paths = f"; of it only {', '.join(profile.globs)}" if profile.globs else ""
    return printable(f"{filters}{paths}")
