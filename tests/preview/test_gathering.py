"""Several producers side by side: nothing is lost, nothing runs ahead, nothing is left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kitops_desktop.preview.gathering import Emit, Ended, Producer, gathered
from kitops_desktop.progress import Cancelled, CancelToken
from support.waiting import DEADLINE, until


def producer(*items: str, error: Exception | None = None) -> Producer[str]:
    def produce(emit: Emit[str], _: CancelToken) -> None:
        for item in items:
            emit(item)
        if error is not None:
            raise error

    return produce


def endless(emitted: list[int]) -> Producer[int]:
    def produce(emit: Emit[int], _: CancelToken) -> None:
        while True:
            emit(len(emitted))
            emitted.append(0)

    return produce


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("gathering")]


@pytest.mark.parametrize("parallel", [1, 2, 8])
def test_in_order_one_comes_after_the_other(parallel: int) -> None:
    error = ValueError("no")
    found = list(
        gathered(
            [producer("a", "b"), producer(), producer("c", error=error), producer("d")],
            parallel=parallel,
            in_order=True,
        )
    )
    assert found == [
        (0, "a"), (0, "b"), (0, Ended()), (1, Ended()), (2, "c"), (2, Ended(error)), (3, "d"), (3, Ended()),
    ]  # fmt: skip
    assert threads() == []


def test_as_they_come_all_come() -> None:
    producers = [producer(*(f"{name}{number}" for number in range(5_000))) for name in "abcde"]
    found = list(gathered(producers, parallel=3, in_order=False))
    for index, name in enumerate("abcde"):
        of_one = [item for number, item in found if number == index]
        assert of_one == [*(f"{name}{number}" for number in range(5_000)), Ended()]


def test_a_slow_one_does_not_hold_up_the_others() -> None:
    may_go_on = threading.Event()

    def slow(emit: Emit[str], _: CancelToken) -> None:
        assert may_go_on.wait(DEADLINE)
        emit("slow")

    found = gathered([slow, producer("a"), producer("b")], parallel=2, in_order=False)
    assert {next(found) for _ in range(4)} == {(1, "a"), (1, Ended()), (2, "b"), (2, Ended())}
    may_go_on.set()
    assert list(found) == [(0, "slow"), (0, Ended())]


def test_no_more_run_at_once_than_allowed() -> None:
    running: list[int] = []
    seen: list[int] = []
    guard = threading.Lock()
    both = threading.Barrier(2)

    def produce(emit: Emit[str], _: CancelToken) -> None:
        with guard:
            running.append(1)
            seen.append(len(running))
        both.wait(DEADLINE)
        with guard:
            running.pop()
        emit("x")

    assert len(list(gathered([produce] * 6, parallel=2, in_order=False))) == 12
    assert max(seen) == 2


@pytest.mark.parametrize("in_order", [True, False])
def test_nobody_runs_far_ahead_of_who_takes(in_order: bool) -> None:
    emitted: list[int] = []
    found = gathered([endless(emitted)], parallel=1, in_order=in_order)
    next(found)
    until(lambda: len(emitted) >= 2_000, "the producer to be ahead")
    found.close()
    assert len(emitted) <= 4_001
    assert threads() == []


def test_cancelling_ends_all() -> None:
    token = CancelToken()
    emitted: list[int] = []

    def obedient(emit: Emit[int], stop: CancelToken) -> None:
        while True:
            stop.check()
            emit(len(emitted))
            emitted.append(0)

    found = gathered([obedient] * 3, parallel=2, in_order=False, token=token)
    next(found)
    token.cancel()
    ends = [item for _, item in found if isinstance(item, Ended)]
    assert [type(end.error) for end in ends] == [Cancelled] * 3
    assert threads() == []


def test_who_takes_no_more_ends_all() -> None:
    stopped = threading.Event()

    def waits(emit: Emit[str], stop: CancelToken) -> None:
        stop.on_cancel(stopped.set)
        emit("a")
        assert stopped.wait(DEADLINE)

    found = gathered([waits, waits], parallel=2, in_order=True)
    next(found)
    found.close()
    assert stopped.is_set()
    assert threads() == []


def test_the_token_of_the_caller_is_left_as_it_was() -> None:
    token = CancelToken()
    for _ in range(3):
        gathered([producer("a")], parallel=1, in_order=True, token=token).close()
        list(gathered([producer("a")], parallel=1, in_order=True, token=token))
    assert not token.cancelled
    callbacks: list[Callable[[], None]] = token._callbacks
    assert callbacks == []
