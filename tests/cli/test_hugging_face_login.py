"""``login`` and ``logout`` for Hugging Face, with access tokens instead of passwords."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hub_server import HubServer
from support.kit_commands import fine, refused
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN
from support.secret_service import SecretService


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[HubServer]:
    with HubServer(tokens={HUB_TOKEN: "team"}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        yield server


def test_an_access_token_is_checked_and_kept_in_the_keyring(hub: HubServer, keyring: SecretService) -> None:
    said = fine("login", hub.host, "--password-stdin", stdin=f"{HUB_TOKEN}\n").out
    assert said.splitlines() == ["This access token is of team", "Log in successful"]
    assert [one.path for one in hub.exchanges] == ["/api/whoami-v2"], "no question for registries"
    (kept,) = keyring.items().values()
    assert json.loads(kept[1])["secret"] == HUB_TOKEN
    assert fine("logout", hub.host).out == f"Successfully logged out from {hub.host}\n"
    assert not keyring.items()


def test_a_wrong_token_is_tried_once_and_not_kept(hub: HubServer, home: Path) -> None:
    said = refused("login", hub.host, "--password-stdin", "--keep", "kit", stdin=OTHER_HUB_TOKEN)
    assert "refused the sign-in" in said
    assert len(hub.exchanges) == 1
    assert not list(home.rglob("credentials.json"))


@pytest.mark.parametrize("secret", [f"{HUB_TOKEN}\n{HUB_TOKEN}", f"{HUB_TOKEN}ü", "x" * 5000])
def test_what_can_be_no_token_is_not_even_sent(hub: HubServer, secret: str) -> None:
    said = refused("login", hub.host, "--password-stdin", stdin=secret)
    assert "refused the sign-in" in said
    assert secret not in said
    assert not hub.exchanges


def test_without_a_keyring_it_is_kept_by_consent_only(hub: HubServer, home: Path) -> None:
    said = refused("login", hub.host, "--password-stdin", stdin=HUB_TOKEN)
    assert "There is no keyring on this system" in said
    assert f"login {hub.host} --keep kit" in said
    fine("login", hub.host, "--password-stdin", "--keep", "kit", stdin=HUB_TOKEN)
    kept = json.loads((home / "kitops" / "credentials.json").read_text())["auths"]
    assert kept == {hub.host: {"identitytoken": HUB_TOKEN}}
    fine("logout", hub.host)
    assert not json.loads((home / "kitops" / "credentials.json").read_text()).get("auths")


def test_a_user_name_is_not_needed(hub: HubServer, home: Path) -> None:
    said = fine("login", hub.host, "-u", "robot", "-p", HUB_TOKEN, "--keep", "session").out
    assert "needs no user name" in said
    assert "--password via CLI is insecure" in said
    assert "Log in successful" in said
    assert not list(home.rglob("settings.json")), "it is no registry that would be on the list"


def test_a_terminal_is_asked_for_the_token_alone(hub: HubServer, home: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    command = (sys.executable, "-P", "-m", "kitops_desktop", "login", hub.host, "--keep", "session")
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, start_new_session=True
    ) as program:
        os.close(follower)
        shown = b""
        while b": " not in shown:
            shown += os.read(leader, 1024)
        os.write(leader, f"{HUB_TOKEN}\n".encode())
        while chunk := _read(leader):
            shown += chunk
        os.close(leader)
        assert program.wait(30) == 0, shown
    assert shown.split() == b"Access token: This access token is of team Log in successful".split()


def _read(terminal: int) -> bytes:
    """What was written, b"" after the end."""
    try:
        return os.read(terminal, 1024)
    except OSError:
        return b""


def test_what_does_not_go_with_it_is_said(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no terminal to ask" in refused("login", hub.host)
    assert "HF_TOKEN only" in refused(
        "login", hub.host, "--also-for-kit", "--password-stdin", stdin=HUB_TOKEN
    )
    for host in ("huggingface.co", "hf.co"):
        assert f"Hugging Face is at {hub.host}" in refused("login", host, "--password-stdin", stdin=HUB_TOKEN)
    assert not hub.exchanges
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    assert "HF_TOKEN has an access token" in fine("logout", hub.host).err


def test_it_has_one_name_for_its_sign_in(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert fine("logout", "hf.co").out == "Successfully logged out from huggingface.co\n"
