"""Cancelling wakes whoever waits; sums of several threads come out right."""

from __future__ import annotations

import threading

import pytest

from kitops_desktop.progress import Cancelled, CancelToken, Progress, Tally


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
