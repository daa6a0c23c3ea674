"""The one way from any thread into the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import ParamSpec

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

P = ParamSpec("P")


class Crossing(QObject):
    """Calls functions in the thread that it was made in.

    A signal of a widget, or of what belongs to one, is no such way: the widget may end while another thread
    is in the middle of telling it. This object is there as long as the program, and looks in the right thread
    whether there is still anybody to tell.
    """

    _asked = Signal(object, object)  # QObject, Callable[[], object]

    def __init__(self) -> None:
        super().__init__()
        # queued also from the GUI thread: nobody expects to be called before ``call`` returns
        self._asked.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def call(self, owner: QObject, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have ``function(*args, **kwargs)`` called by the event loop, in the order in which this was asked
        for, unless ``owner`` has ended by then.
        """
        self._asked.emit(owner, partial(function, *args, **kwargs))

    @Slot(object, object)
    def _call(self, owner: QObject, function: Callable[[], object]) -> None:
        if isValid(owner):
            function()


@cache
def crossing() -> Crossing:
    """The program's own; to be asked for in the GUI thread, the first time at least."""
    return Crossing()
