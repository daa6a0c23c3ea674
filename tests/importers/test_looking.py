"""Looking into files on Hugging Face, by parts where that can be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kitops_desktop.errors import RangesUnsupported
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.looking import HfLooking
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.progress import CancelToken
from support.http_server import Rule
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.registry_clients import client

LARGE = bytes(range(256)) * 1024
VAST = bytes(17 << 20)


@pytest.fixture
def hub() -> Iterator[HubServer]:
    files = {"small.json": b'{"a": 1}', "large.bin": LARGE, "vast.bin": VAST}
    with HubServer(HubRepository("team/churn", files=files, lfs=files)) as server:
        yield server


@pytest.fixture
def looking(hub: HubServer) -> Iterator[HfLooking]:
    with client(hub.host) as transport:
        found = HfClient(transport)
        yield HfLooking(found, found.repository(HfAddress("team/churn"), CancelToken()))


def named(looking: HfLooking, path: str) -> HfFile:
    files = looking.client.files(looking.repository, CancelToken())
    return next(file for file in files if file.path == path)


def test_what_is_small_is_asked_for_once(looking: HfLooking, hub: HubServer) -> None:
    content = looking.open(named(looking, "small.json"), CancelToken())
    assert (content.read(0, 2), content.read(6, 100), content.read(100, 5)) == (b'{"', b"1}", b"")
    assert len(hub.storage.asked()) == 1
    assert content.bytes_read == looking.bytes_read == content.size == 8


def test_of_what_is_large_parts_are_asked_for_and_all_of_them_are_counted(
    looking: HfLooking, hub: HubServer
) -> None:
    file = named(looking, "large.bin")
    first, second = looking.open(file, CancelToken()), looking.open(file, CancelToken())
    assert first.read(300, 3) == LARGE[300:303]
    assert second.read(file.size - 2, 10) == LARGE[-2:]
    assert hub.storage.bytes_sent == looking.bytes_read == 5


def test_where_parts_cannot_be_had_all_of_it_is_read_once_unless_it_is_too_much(
    looking: HfLooking, hub: HubServer
) -> None:
    hub.storage.rules.append(Rule(times=None, ignore_range=True))
    content = looking.open(named(looking, "large.bin"), CancelToken())
    assert (content.read(5, 2), content.read(9, 2)) == (LARGE[5:7], LARGE[9:11])
    assert content.bytes_read == len(LARGE)
    with pytest.raises(RangesUnsupported):
        looking.open(named(looking, "vast.bin"), CancelToken()).read(5, 2)
