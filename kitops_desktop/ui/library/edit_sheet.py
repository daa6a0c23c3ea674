"""The sheet that is asked before a packed kit is edited: how much of it, and where to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QListWidget, QWidget

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.parents import parent_reference
from kitops_desktop.modelkit.unpack_plan import UnpackPlan
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.chosen_folder import chosen_folder
from kitops_desktop.ui.library.edit_choice import layer_options, wiped_place
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.layers_form import LayersForm
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpack_choice import KITFILE_FILTER, UnpackChoice, What
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet


class EditSheet(UnpackSheet):
    """As for unpacking, with layers to choose, into a folder that stays."""

    def __init__(
        self,
        source: KitSource,
        kit: ModelKit,
        background: Background,
        target: Path,
        wiped: tuple[Path, ...],
        host: QWidget,
        remote: RemoteParts | None = None,
    ) -> None:
        """``wiped`` are places where nothing is kept; ``remote`` is for a kit of a registry."""
        self._wiped = wiped
        self._layers = LayersForm(layer_options(kit))
        super().__init__(source, kit, background, target, (), host, remote, verb="Unpack & edit")
        self.set_title(f"Edit {source.reference.short} as a project")

    @property
    def choice(self) -> UnpackChoice:
        """The answers as they are now."""
        # the files of a kit that this one builds on are no files of the project
        everything = self._layers.is_all and parent_reference(self._kit.kitfile) is None
        return replace(
            super().choice,
            what=What.EVERYTHING if everything else What.LAYERS,
            layer_filters=(KITFILE_FILTER, *self._layers.filters),
        )

    @property
    def layers(self) -> QListWidget:
        """The layers to tick."""
        return self._layers.layers

    def make_what(self) -> QWidget:
        self._layers.changed.connect(self._on_changed)
        return self._layers

    def make_plan(self, choice: UnpackChoice, token: CancelToken) -> UnpackPlan:
        place = wiped_place(chosen_folder(choice.target), self._wiped)
        if place is not None:
            raise InvalidArgument(
                f"What is in {place} is deleted sooner or later. Choose a folder that stays."
            )
        return super().make_plan(choice, token)
