"""Background reads: results, errors, cancelling, closing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from kitops_desktop.jobs.background import Background, BackgroundTask
from kitops_desktop.progress import Cancelled, CancelToken


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background(2)
    yield made
    made.close()


def test_a_result_arrives(background: Background) -> None:
    task = background.run(lambda _: 1 << 40)
    assert task.result(30) == 1 << 40
    assert task.done
    assert not task.cancelled


def test_an_error_arrives(background: Background) -> None:
    def read(_: CancelToken) -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError):
        background.run(read).result(30)


def test_whoever_asks_late_is_called_as_well(background: Background) -> None:
    called: list[BackgroundTask[int]] = []
    task = background.run(lambda _: 1)
    task.result(30)
    task.when_done(called.append)
    assert called == [task]


def test_cancelling_reaches_the_function(background: Background) -> None:
    waits, ended = threading.Event(), threading.Event()

    def read(token: CancelToken) -> None:
        waits.set()
        token.wait(3600)

    task = background.run(read)
    task.when_done(lambda _: ended.set())
    assert waits.wait(30)
    task.cancel()
    assert ended.wait(30)
    assert task.cancelled
    with pytest.raises(Cancelled):
        task.result(0)


def test_closing_cancels_what_runs_and_what_waits() -> None:
    background = Background(1)
    waits = threading.Event()

    def read(token: CancelToken) -> None:
        waits.set()
        token.wait(3600)

    tasks = [background.run(read) for _ in range(3)]
    ended: list[int] = []
    for number, task in enumerate(tasks):
        task.when_done(lambda _, number=number: ended.append(number))  # type: ignore[misc]
    assert waits.wait(30)
    background.close()
    assert sorted(ended) == [0, 1, 2]
    for task in tasks:
        with pytest.raises(Cancelled):
            task.result(0)
    late = background.run(read)
    assert late.cancelled
    with pytest.raises(Cancelled):
        late.result(0)
