"""The results of several threads as one iterator."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from kitops_desktop.progress import LOOK_SECONDS, Cancelled, CancelToken

T = TypeVar("T")
Emit = Callable[[T], None]
Producer = Callable[[Emit[T], CancelToken], None]
_AHEAD = 2_000
"""Results of one producer that wait to be taken; then the producer waits."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A producer gives nothing more; ``error`` is what it raised."""

    error: Exception | None = None


def gathered(
    producers: Sequence[Producer[T]], *, parallel: int, in_order: bool, token: CancelToken | None = None
) -> Generator[tuple[int, T | Ended], None, None]:
    """What the producers emit, each with the producer's number and an ``Ended`` at its end.

    At most ``parallel`` run at once, each in a thread; they are begun in their order. With ``in_order`` all
    of the first comes before all of the second. When the iterator is closed early, or ``token`` cancelled,
    the token that producers are given is cancelled, and they are waited for.
    """
    token = token or CancelToken()
    stop = CancelToken()
    channel = _Channel[T](len(producers), in_order)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(parallel, thread_name_prefix="gathering"))
        stack.callback(channel.close)
        stack.callback(stop.cancel)
        stack.callback(token.on_cancel(stop.cancel))
        for index, producer in enumerate(producers):
            pool.submit(_produce, producer, index, channel, stop)
        while (found := channel.take()) is not None:
            index, items = found
            for item in items:
                yield index, item


def _produce(producer: Producer[T], index: int, channel: _Channel[T], stop: CancelToken) -> None:
    try:
        stop.check()
        producer(lambda item: channel.put(index, item), stop)
    except Exception as error:  # raised again where it is taken
        channel.end(index, error)
    else:
        channel.end(index, None)


class _Channel(Generic[T]):
    """What was emitted and not yet taken."""

    def __init__(self, count: int, in_order: bool) -> None:
        self._changed = threading.Condition()
        self._waiting: list[deque[T | Ended]] = [deque() for _ in range(count)]
        self._open = deque(range(count))
        self._in_order = in_order
        self._closed = False

    def put(self, index: int, item: T) -> None:
        """Waits while too much is waiting; raises ``Cancelled`` once nobody takes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._waiting[index]) < _AHEAD)
            if self._closed:
                raise Cancelled
            self._waiting[index].append(item)
            self._changed.notify_all()

    def end(self, index: int, error: Exception | None) -> None:
        with self._changed:
            self._waiting[index].append(Ended(error))
            self._changed.notify_all()

    def take(self) -> tuple[int, list[T | Ended]] | None:
        """All that waits of one producer; None when all have ended. One that gave something is last next."""
        with self._changed:
            while self._open:
                for index in tuple(self._open)[: 1 if self._in_order else None]:
                    if self._waiting[index]:
                        return index, self._taken(index)
                self._changed.wait(LOOK_SECONDS)
        return None

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _taken(self, index: int) -> list[T | Ended]:
        items = list(self._waiting[index])
        self._waiting[index].clear()
        if isinstance(items[-1], Ended):
            self._open.remove(index)
        elif not self._in_order:
            self._open.remove(index)
            self._open.append(index)
        self._changed.notify_all()
        return items
