"""Listing a registry's repositories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kitops_desktop.errors import RegistryFailed, RegistryUnsupported, SignInNeeded
from kitops_desktop.registry.catalog import MOST, repositories
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.host import HostOptions
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, push_golden
from support.repositories import Nobody, Server, client_of


@pytest.fixture
def odd() -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        yield registry


def listed(server: Server) -> tuple[str, ...]:
    with client_of(server) as client:
        return repositories(client)


def test_a_real_registry(tmp_path: Path, golden: Path) -> None:
    with RegistryServer(tmp_path / "registry") as server:
        assert listed(server) == ()
        for name in ("team/v10", "team/v2", "alone"):
            push_golden(server, golden / "09-empty", name)
        assert listed(server) == ("alone", "team/v2", "team/v10")


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_registry_that_lists_nothing(status: int, odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", "_catalog", status=status, times=None))
    with pytest.raises(RegistryUnsupported):
        listed(odd)
    assert odd.count("GET", "_catalog") == 1


def test_a_registry_that_wants_to_know_who_asks(odd: OddRegistry) -> None:
    odd.challenge = 'Basic realm="x"'
    with pytest.raises(SignInNeeded):
        listed(odd)


@pytest.mark.parametrize("host", ["docker.io", "ghcr.io"])
def test_registries_that_let_nobody_see_are_not_asked(host: str) -> None:
    client = RegistryClient(host, HostOptions(), Nobody())
    with pytest.raises(RegistryUnsupported):
        repositories(client)
    client.close()


def test_not_more_than_can_be_shown(odd: OddRegistry) -> None:
    names = [f"r{number}" for number in range(MOST + 5)]
    body = json.dumps({"repositories": names}).encode()
    odd.rules.append(Rule("GET", "_catalog", status=200, body=body, times=None))
    assert len(listed(odd)) == MOST


def test_html_instead_of_a_list(odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", "_catalog", status=200, body=b"<html>welcome</html>"))
    with pytest.raises(RegistryFailed):
        listed(odd)
