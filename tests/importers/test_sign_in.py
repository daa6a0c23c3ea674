"""Who we are to Hugging Face: a sign-in that is kept, or ``HF_TOKEN``; neither shows anywhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import HfAccessNeeded, NotOnHuggingFace, RegistryUnreachable, SignInRefused
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.endpoint import is_elsewhere, is_hugging_face
from kitops_desktop.importers.hugging_face.sign_in import check_token, credential_of, hugging_face
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import Workspace, open_workspace
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.planted import HUB_TOKEN, OTHER_HUB_TOKEN, holds_secret
from support.registry_clients import QUICK
from support.secret_service import SecretService

SECRET = HfAddress("team/secret")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    secret = HubRepository("team/secret", private=True, files={"README.md": b"# Secret\n"})
    gated = HubRepository("lab/gated", gated="manual", files={"README.md": b"# Gated\n"}, readers={"lab"})
    with HubServer(secret, gated, tokens={HUB_TOKEN: "team", OTHER_HUB_TOKEN: "lab"}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.origin)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield server


@pytest.fixture
def workspace(home: object, hub: HubServer) -> Iterator[Workspace]:
    opened = open_workspace()
    opened.registries.patience = QUICK
    yield opened
    opened.close()


def reads(workspace: Workspace) -> bool:
    """Whether we are shown what is private."""
    try:
        hugging_face(workspace.registries).repository(SECRET, CancelToken())
    except NotOnHuggingFace:
        return False
    return True


def test_the_token_of_the_environment_is_used_when_no_sign_in_is_kept(
    workspace: Workspace, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not reads(workspace)
    monkeypatch.setenv("HF_TOKEN", f" {HUB_TOKEN}\n")
    assert reads(workspace)
    workspace.credentials.save(hub.host, credential_of(OTHER_HUB_TOKEN), Keep.SESSION)
    assert not reads(workspace), "somebody else signed in"
    workspace.credentials.forget(hub.host)
    assert reads(workspace)


def test_that_a_locked_keyring_may_have_one_is_told(
    keyring: SecretService, workspace: Workspace, hub: HubServer
) -> None:
    workspace.credentials.save(hub.host, credential_of(HUB_TOKEN), Keep.KEYRING)
    keyring.lock()
    with pytest.raises(NotOnHuggingFace) as private:
        hugging_face(workspace.registries).repository(SECRET, CancelToken())
    assert private.value.unread.startswith("the keyring of the system did not answer")
    client = hugging_face(workspace.registries)
    gated = client.repository(HfAddress("lab/gated"), CancelToken())
    (file,) = (one for one in client.files(gated, CancelToken()) if one.path == "README.md")
    with pytest.raises(HfAccessNeeded) as refused:
        client.open_from(gated, file, 0, file.size, CancelToken())
    assert refused.value.unread == private.value.unread


def test_without_a_keyring_nothing_is_told(workspace: Workspace) -> None:
    with pytest.raises(NotOnHuggingFace) as private:
        hugging_face(workspace.registries).repository(SECRET, CancelToken())
    assert private.value.unread == ""


def test_a_token_is_checked_without_being_kept(workspace: Workspace, hub: HubServer) -> None:
    assert check_token(workspace.registries, HUB_TOKEN, CancelToken()) == "team"
    assert workspace.credentials.find(hub.host) is None
    assert not reads(workspace)
    with pytest.raises(SignInRefused):
        check_token(workspace.registries, "hf_nobody", CancelToken())


@pytest.mark.parametrize("secret", [f"{HUB_TOKEN}\nX-More: 1", f"{HUB_TOKEN} ", f"{HUB_TOKEN}ü", "x" * 5000])
def test_what_can_be_no_token_is_refused_before_it_could_be_quoted(
    workspace: Workspace, hub: HubServer, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SignInRefused) as caught:
        check_token(workspace.registries, secret, CancelToken())
    assert not holds_secret("".join(traceback.format_exception(caught.value)))
    monkeypatch.setenv("HF_TOKEN", f"x{secret}x")
    with pytest.raises(SignInRefused) as caught:
        hugging_face(workspace.registries)
    assert not holds_secret("".join(traceback.format_exception(caught.value)))
    assert not hub.exchanges


def test_neither_errors_nor_logs_tell_it(
    workspace: Workspace,
    hub: HubServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    gated = HfAddress("lab/gated")
    client = hugging_face(workspace.registries)
    repository = client.repository(gated, CancelToken())
    (file,) = (one for one in client.files(repository, CancelToken()) if one.path == "README.md")
    with pytest.raises(HfAccessNeeded) as refused:
        client.open_from(repository, file, 0, file.size, CancelToken())
    hub.tokens.clear()
    with pytest.raises(SignInRefused) as wrong:
        client.repository(gated, CancelToken())
    hub.close()
    with pytest.raises(RegistryUnreachable) as gone:
        client.repository(gated, CancelToken())
    for caught in (refused, wrong, gone):
        assert not holds_secret("".join(traceback.format_exception(caught.value)))
    assert caplog.text
    assert not holds_secret(caplog.text)
    assert not holds_secret(repr(client))


@pytest.mark.parametrize("host", ["huggingface.co", "HF.co", "www.huggingface.co"])
def test_its_names(host: str, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_hugging_face(host)
    assert is_elsewhere(host), "while another address is meant"
    assert is_hugging_face(hub.host)
    monkeypatch.delenv("HF_ENDPOINT")
    assert is_hugging_face(host)
    assert not is_elsewhere(host)
    assert not is_hugging_face("ghcr.io")
