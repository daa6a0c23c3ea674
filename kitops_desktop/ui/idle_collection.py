"""When Python looks through all its objects for cycles: not while somebody uses the window."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor

_NEVER = 1_000_000_000
_LOOK_EVERY = 5000  # milliseconds
_STILL = 12
"""So many looks without a move of the pointer are a while in which nobody does anything."""
_WORTH_IT = 20
"""Smaller collections since the last of all objects: below that it would find next to nothing."""
_OVERDUE = 2_000


class IdleCollection(QObject):
    """Keeps collections of the oldest generation, which with a large kit on view stop everything for a tenth
    of a second, for moments in which the window is not used.
    """

    def __init__(self, parent: QObject, look_every: int = _LOOK_EVERY) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*self._thresholds[:2], _NEVER)
        self._pointer, self._still = QCursor.pos(), 0
        self._timer = QTimer(self, interval=look_every)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.set_threshold(*self._thresholds)

    @property
    def idle(self) -> bool:
        """Whether the pointer has not moved for a while."""
        return self._still >= _STILL

    def _look(self) -> None:
        pointer = QCursor.pos()
        self._still = self._still + 1 if pointer == self._pointer else 0
        self._pointer = pointer
        if gc.get_count()[2] >= (_WORTH_IT if self.idle else _OVERDUE):
            gc.collect()
