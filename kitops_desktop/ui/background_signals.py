"""Short reads in worker threads, with results in the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from kitops_desktop.jobs.background import Background, BackgroundTask
from kitops_desktop.progress import Cancelled, CancelToken, Wait
from kitops_desktop.ui.crossing import crossing

T = TypeVar("T")


class Reader(QObject):
    """Runs reads for a widget: make it with the widget as parent, and nothing arrives once that is gone.

    ``read`` may run several at once. With ``latest_only`` (the default) a new read makes the earlier ones
    unwanted, which is what a list that is being refreshed needs. ``began`` comes with each.
    """

    began = Signal()

    def __init__(
        self, background: Background, parent: QObject | None = None, *, latest_only: bool = True
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._latest_only = latest_only
        self._waiting: dict[
            BackgroundTask[Any], tuple[Callable[[Any], None], Callable[[Exception], None]]
        ] = {}
        self._crossing = crossing()
        waiting = self._waiting
        self.destroyed.connect(lambda: _cancel(waiting))

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What the reads wait for at this moment."""
        return tuple(wait for task in self._waiting for wait in task.token.waits)

    def read(
        self,
        function: Callable[[CancelToken], T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None],
    ) -> BackgroundTask[T]:
        """Run ``function(token)`` in a worker thread; one of the others is called later, in this thread.

        Neither is called when it was cancelled.
        """
        if self._latest_only:
            self.cancel()
        task = self._background.run(function)
        self._waiting[task] = (on_done, on_error)
        task.when_done(self._hand_over)
        self.began.emit()
        return task

    def cancel(self) -> None:
        """Nobody wants the results of what is under way."""
        _cancel(self._waiting)

    def _hand_over(self, task: BackgroundTask[Any]) -> None:
        self._crossing.call(self, self._deliver, task)

    def _deliver(self, task: BackgroundTask[Any]) -> None:
        callbacks = self._waiting.pop(task, None)
        # once the threads have ended nobody is told: whoever is would only ask for the next thing
        if callbacks is None or task.cancelled or self._background.closed:
            return
        on_done, on_error = callbacks
        try:
            result = task.result()
        except Cancelled:
            return
        except Exception as error:
            on_error(error)
            return
        on_done(result)


def _cancel(waiting: dict[BackgroundTask[Any], Any]) -> None:
    for task in list(waiting):
        waiting.pop(task, None)
        task.cancel()
