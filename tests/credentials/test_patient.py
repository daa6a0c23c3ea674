"""A call that does not come back: it is left alone, and the user is not asked again meanwhile."""

from __future__ import annotations

import threading

import pytest

from kitops_desktop.credentials.keyring_backend import keyring_error
from kitops_desktop.credentials.patient import PatientThread
from kitops_desktop.errors import KeyringFailed
from support.waiting import until


def test_an_answer_comes_from_another_thread() -> None:
    thread = PatientThread(20, keyring_error)
    assert thread.call(threading.get_ident) != threading.get_ident()


def test_a_call_that_waits_for_the_user_ends_in_time_and_is_not_made_twice() -> None:
    thread, answered, asked = PatientThread(0.1, keyring_error), threading.Event(), []

    def ask() -> str:
        asked.append("question")
        answered.wait(20)
        return "answer"

    for _ in range(2):
        with pytest.raises(KeyringFailed) as raised:
            thread.call(ask)
        assert raised.value.locked
    assert len(asked) == 1
    answered.set()
    assert until(lambda: _try(thread), "the first call to have ended") == "answer"


def _try(thread: PatientThread) -> str:
    try:
        return thread.call(lambda: "answer")
    except KeyringFailed:
        return ""
