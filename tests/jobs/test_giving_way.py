"""Jobs have the processors after the window, and what they begin has too."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kitops_desktop.jobs.giving_way import give_way

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have no niceness here")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_a_thread_and_what_it_begins_give_way_and_nobody_else() -> None:
    before = niceness()

    def work() -> tuple[int, int]:
        give_way()
        with ThreadPoolExecutor(1) as pool:
            return niceness(), pool.submit(niceness).result()

    with ThreadPoolExecutor(1) as pool:
        own, begun = pool.submit(work).result()
    assert own == begun > before
    assert niceness() == before
