"""Cancelling wakes whoever waits; sums of several threads come out right."""

from __future__ import annotations

import threading

import pytest

from kitops_desktop.progress import Cancelled, CancelToken, Paused, Progress, Tally


def test_a_waiting_thread_wakes_at_once_when_cancelled() -> None:
    token = CancelToken()
    stopped = threading.Event()

    def work() -> None:
        with pytest.raises(Cancelled):
            token.wait(60)
        stopped.set()

    thread = threading.Thread(target=work)
    thread.start()
    token.cancel()
    assert stopped.wait(5)
    thread.join()


def test_callbacks_run_once_and_can_be_taken_back() -> None:
    token = CancelToken()
    called: list[str] = []
    token.on_cancel(lambda: called.append("kept"))
    token.on_cancel(lambda: called.append("taken back"))()
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: called.append("late"))
    assert called == ["kept", "late"]
    with pytest.raises(Cancelled):
        token.check()


def test_a_tally_adds_up_threads_and_gives_lost_bytes_back() -> None:
    seen: list[Progress] = []
    tally = Tally(seen.append, total=800)
    threads = [threading.Thread(target=lambda: [tally.add(1) for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(progress.done for progress in seen) == 800
    tally.add(-300, "layer 2")
    assert seen[-1] == Progress(500, 800, "layer 2")


def test_what_was_skipped_is_told_apart() -> None:
    seen: list[Progress] = []
    tally = Tally(seen.append, total=800)
    tally.add(100)
    tally.skip(300, "layer 1")
    assert seen[-1] == Progress(400, 800, "layer 1", skipped=300)


def test_a_pause_cancels_at_once_and_keeps_what_is_elsewhere() -> None:
    token = CancelToken()
    token.ask_to_pause()
    assert token.cancelled
    assert token.keeps
    with pytest.raises(Cancelled):
        token.check_pause()


def test_a_pause_waits_for_what_is_being_finished() -> None:
    token = CancelToken()
    with token.child() as layer, token.child() as other, layer.finishing():
        with other.finishing():
            token.ask_to_pause()
        with pytest.raises(Paused), other.finishing():
            pytest.fail("nothing new is begun")
        with pytest.raises(Paused):
            other.check_pause()
        layer.check()
        assert not token.cancelled
    assert token.cancelled
    assert layer.keeps


def test_cancelling_does_not_wait_and_keeps_nothing() -> None:
    token = CancelToken()
    with token.child() as child, child.finishing():
        token.ask_to_pause()
        token.cancel()
        with pytest.raises(Cancelled):
            child.check()
        assert not child.keeps


def test_a_child_that_is_cancelled_alone_keeps_until_all_is_cancelled() -> None:
    token = CancelToken()
    with token.child() as child:
        child.cancel(keep=True)
        assert child.keeps
        token.check()
        token.cancel()
        assert not child.keeps
    with token.child() as late:
        assert late.cancelled


def test_tries_are_counted_for_the_whole() -> None:
    token = CancelToken()
    with token.child() as child:
        child.count_try()
        token.count_try()
        assert (child.tries, token.tries) == (2, 2)


def test_a_thread_that_waits_for_a_lock_stops_when_cancelled() -> None:
    token, lock = CancelToken(), threading.Lock()
    with token.holding(lock):
        assert lock.locked()
    with lock:
        token.cancel()
        with pytest.raises(Cancelled), token.holding(lock):
            pytest.fail("somebody else has it")
    assert not lock.locked()
