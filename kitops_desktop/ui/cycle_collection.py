"""Where and when Python looks for cycles: in the GUI thread, among old objects only while nobody works.

By itself Python does that in whatever thread happens to make the next object. What it frees there may be an
object of Qt without a parent (a timer, a model, an action), and Qt's objects must end in the thread that they
live in: a timer cannot be stopped from another, and an event that is on its way to an object that ends
elsewhere takes the program down.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCursor

_LOOK_EVERY = 5000  # milliseconds
_YOUNG_EVERY = 20  # milliseconds
_STILL = 12
"""So many looks without a move of the pointer are a while in which nobody does anything."""
_WORTH_IT = 20
"""Smaller collections since the last of all objects: below that it would find next to nothing."""
_OVERDUE = 2_000


class CycleCollection(QObject):
    """Takes Python's collections over: those of young objects are quick and done as often as Python would;
    one of all objects, which with a large kit on view stops everything for a tenth of a second, waits for a
    moment in which the window is not used.
    """

    def __init__(
        self, parent: QObject, look_every: int = _LOOK_EVERY, young_every: int = _YOUNG_EVERY
    ) -> None:
        super().__init__(parent)
        gc.disable()
        self._pointer, self._still = QCursor.pos(), 0
        self._timers = (QTimer(self, interval=look_every), QTimer(self, interval=young_every))
        for timer, look in zip(self._timers, (self._look, collect_young), strict=True):
            timer.timeout.connect(look)
            timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        for timer in self._timers:
            timer.stop()
        gc.enable()

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


def collect_young() -> None:
    """Do in this thread what Python would have done by itself, but for a collection of all objects."""
    youngest, middle, _ = gc.get_threshold()
    counts = gc.get_count()
    if counts[0] >= youngest:
        gc.collect(1 if counts[1] >= middle else 0)
