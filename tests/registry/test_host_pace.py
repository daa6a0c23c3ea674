"""A registry that wants fewer requests gets fewer: nobody asks before its time, then one after another."""

from __future__ import annotations

import time
from itertools import pairwise

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host_pace import BUSY_SECONDS, HostPace
from support.http_server import Exchange, Rule
from support.odd_registry import OddRegistry
from support.repositories import MIB, layer, noise, reaching

BLOBS = r"/blobs/sha256"


def test_segments_wait_and_then_come_one_by_one() -> None:
    content = noise(41 * MIB, seed=429)
    with OddRegistry() as odd, reaching(odd) as repository:
        odd.add_blob(content)
        odd.rules.append(Rule("GET", BLOBS, skip=3, status=429, headers={"Retry-After": "1"}))
        odd.rules.append(Rule("GET", BLOBS, times=None, delay=0.1))
        with repository.fetch(layer(content)) as reader:
            assert b"".join(iter(lambda: reader.read(MIB), b"")) == content
        asked = odd.asked("GET", BLOBS)
        refused = next(one.at for one in asked if one.status == 429)
        later = [one for one in asked if one.at > refused + 0.5]
        assert all(one.at > refused + 0.9 for one in later)
        begun = max(start(one) for one in asked if one.at <= refused + 0.5)
        new = [one.at for one in later if start(one) > begun]
        assert len(new) >= 4
        assert all(second - first > 0.09 for first, second in pairwise(new))


def start(asked: Exchange) -> int:
    """The first byte that was asked for."""
    return int(asked.headers["range"].partition("=")[2].partition("-")[0])


def test_a_host_is_busy_for_a_while_only() -> None:
    now = 1000.0
    pace = HostPace(lambda: now)
    assert not pace.is_busy
    pace.slow_down(None)
    assert pace.is_busy
    now += BUSY_SECONDS - 1
    assert pace.is_busy
    now += 2
    assert not pace.is_busy


def test_a_moment_too_far_away_is_not_waited_for() -> None:
    pace = HostPace()
    pace.slow_down(time.time() + 3600)
    pace.wait(CancelToken(), 60.0)
    assert pace.is_busy
