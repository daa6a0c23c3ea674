"""The choice to attach a file index to what is pushed."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox

_TIP = (
    "A small list of the files with their digests, kept beside the kit in the registry: others see what is"
    " inside without reading its layers, compressed ones too. The kit and its digest stay what they are."
)


def index_box() -> QCheckBox:
    made = QCheckBox("Attach a &file index, to look inside without reading layers")
    made.setToolTip(_TIP)
    made.setAccessibleDescription(_TIP)
    return made
