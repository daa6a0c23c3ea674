"""What pushing a folder would send, and whether the kit stays here too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.push_forecast import PushForecast
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.index_box import index_box
from kitops_desktop.ui.units import size_text
from kitops_desktop.ui.widgets.parts import label

Foretell = Callable[[Reference, PackPlan, CancelToken], PushForecast]

KEPT = "It is packed into the library first, and pushed from there."
STREAMED = "Layers go to the registry as they are packed; nothing is written here."
COMPRESSED = "Compressed layers are packed into the library first, and pushed from there."


class PushOutlook(QWidget):
    """``keeps`` is whether the kit is to be stored here too; ``changed`` tells when that was decided anew."""

    changed = Signal()

    def __init__(self, foretell: Foretell, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._foretell = foretell
        self._reader = Reader(background, self)
        self._asked: tuple[str, str | None, int] | None = None
        self._compressed = False
        self._decided = False
        self._says = label("", "muted", wrap=True)
        self._keep = QCheckBox("&Keep it in the library too")
        self._keep.setChecked(True)
        self._keep.clicked.connect(self._on_decided)
        self._keep.toggled.connect(self._on_toggled)
        self._how = label("", "caption", wrap=True)
        self._index = index_box()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._says, self._keep, self._how, self._index):
            layout.addWidget(widget)
        self._says.hide()
        self._on_toggled()

    @property
    def keeps(self) -> bool:
        return self._keep.isChecked() or self._compressed

    @property
    def indexes(self) -> bool:
        """Whether a file index is to be attached there."""
        return self._index.isChecked()

    @property
    def looking(self) -> bool:
        return self._reader.busy

    def suggest(self, *, fits: bool) -> None:
        """What does not fit on the disk of the store is not kept, unless somebody decided otherwise."""
        if not self._decided:
            self._keep.setChecked(fits)

    def show_compressed(self, compressed: bool) -> None:
        """Whether layers are to be compressed: then how much is sent is not known before."""
        if compressed == self._compressed:
            return
        self._compressed = compressed
        self._keep.setEnabled(not compressed)
        self._says.setVisible(bool(self._says.text()) and not compressed)
        self._on_toggled()

    def look(self, reference: Reference | None, plan: PackPlan | None) -> None:
        """Ask the registry what it has of ``plan``; None for what is not known (yet)."""
        asked = None
        if reference is not None and plan is not None:
            asked = (reference.registry, reference.repository, id(plan))
        if asked == self._asked:
            return
        self._asked = asked
        self._reader.cancel()
        self._say("")
        if reference is not None and plan is not None:
            self._reader.read(
                lambda token: self._foretell(reference, plan, token), self._on_forecast, self._on_failed
            )

    def _on_forecast(self, forecast: PushForecast) -> None:
        self._say(f"{forecast.sentence(size_text)}.")

    def _on_failed(self, error: Exception) -> None:
        self._say(f"What has to be sent is not known: {explain(error).title}.")

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text) and not self._compressed)

    @Slot()
    def _on_decided(self) -> None:
        self._decided = True

    @Slot()
    def _on_toggled(self) -> None:
        kept = KEPT if self._keep.isChecked() else STREAMED
        self._how.setText(COMPRESSED if self._compressed else kept)
        self.changed.emit()
