"""The question of the unpack sheet which contents are wanted."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from kitops_desktop.modelkit.unpack_profiles import BUILT_IN, UnpackProfile
from kitops_desktop.ui.library.profile_form import ProfileChooser, ProfileSaver
from kitops_desktop.ui.library.unpack_choice import KindOption, UnpackChoice, What

_INDENT = 26


class WhatForm(QWidget):
    """Everything, some kinds, what a profile says, or the ticked files.

    ``save_wanted`` and ``forget_wanted`` carry the name of a profile.
    """

    changed = Signal()
    save_wanted = Signal(str)
    forget_wanted = Signal(str)

    def __init__(
        self,
        options: tuple[KindOption, ...],
        ticked: int,
        profiles: tuple[UnpackProfile, ...] = BUILT_IN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._radios = {
            What.EVERYTHING: QRadioButton("&Everything"),
            What.KINDS: QRadioButton("Only &some kinds"),
            What.PROFILE: QRadioButton("What a &profile says"),
            What.TICKED: QRadioButton("Only what is &ticked on the Files tab"),
        }
        self._kinds = {option.filter_type: QCheckBox(option.text) for option in options}
        self._profiles, self.saver = ProfileChooser(profiles), ProfileSaver()
        self._lay_out()
        self._profiles.changed.connect(self.changed)
        self._profiles.forget_wanted.connect(self.forget_wanted)
        self.saver.save_wanted.connect(self.save_wanted)
        group = QButtonGroup(self)
        self._radios[What.TICKED].setVisible(ticked > 0)
        for box in self._kinds.values():
            box.setChecked(True)
            box.toggled.connect(self.changed)
        for radio in self._radios.values():
            group.addButton(radio)
            radio.toggled.connect(self._on_toggled)
        self._radios[What.TICKED if ticked else What.EVERYTHING].setChecked(True)

    @property
    def what(self) -> What:
        return next(what for what, radio in self._radios.items() if radio.isChecked())

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(name for name, box in self._kinds.items() if box.isChecked())

    @property
    def profile(self) -> UnpackProfile | None:
        return self._profiles.profile

    def show_choice(self, choice: UnpackChoice) -> None:
        """Begin with these answers."""
        for name, box in self._kinds.items():
            box.setChecked(not choice.kinds or name in choice.kinds)
        if choice.profile is not None:
            self._profiles.choose(choice.profile.name)
        self._radios[choice.what].setChecked(True)

    def show_profiles(self, profiles: tuple[UnpackProfile, ...], chosen: str = "") -> None:
        """Offer these; with ``chosen``, that one is what is wanted from now on."""
        self._profiles.show_profiles(profiles, chosen)
        if chosen:
            self.saver.close_field()
            self._radios[What.PROFILE].setChecked(True)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for what, radio in self._radios.items():
            layout.addWidget(radio)
            inside = QVBoxLayout()
            inside.setContentsMargins(_INDENT, 0, 0, 0)
            inside.setSpacing(2)
            for box in self._kinds.values() if what is What.KINDS else ():
                inside.addWidget(box)
            if what is What.PROFILE:
                inside.addWidget(self._profiles)
            layout.addLayout(inside)
        layout.addWidget(self.saver)

    @Slot(bool)
    def _on_toggled(self, checked: bool) -> None:
        for box in self._kinds.values():
            box.setVisible(self._radios[What.KINDS].isChecked())
        self._profiles.setVisible(self._radios[What.PROFILE].isChecked())
        can_be_kept = self._radios[What.KINDS].isChecked() or self._radios[What.TICKED].isChecked()
        self.saver.setVisible(can_be_kept)
        if checked:
            self.changed.emit()
