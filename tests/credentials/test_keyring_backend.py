"""Which keyrings are used: those of operating systems, and no file of plain text that calls itself one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.keyring_store import KeyringStore
from kitops_desktop.errors import KeyringFailed, NoKeyring
from support.planted import PASSWORD, USERNAME
from support.secret_service import SecretService

PLAIN_TEXT = """
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 9
    def get_password(self, service, username): raise AssertionError("was asked")
    def set_password(self, service, username, password): raise AssertionError("was asked")
"""


@pytest.fixture
def plain_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A keyring that somebody installed, and its name."""
    (tmp_path / "plain_text_keyring.py").write_text(PLAIN_TEXT)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "plain_text_keyring", raising=False)
    return "plain_text_keyring.Keyring"


@pytest.mark.parametrize(
    "name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "no.such.Keyring", "nonsense"]
)
def test_keyrings_that_keep_nothing_are_none(
    keyring: SecretService, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    store = KeyringStore()
    assert not store.state().available
    with pytest.raises(NoKeyring):
        store.save("a.example", Credential(USERNAME, PASSWORD))


def test_a_file_of_plain_text_is_none_even_when_it_is_configured(
    monkeypatch: pytest.MonkeyPatch, plain_text: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", plain_text)
    with pytest.raises(NoKeyring):
        KeyringStore().save("a.example", Credential(USERNAME, PASSWORD))


def test_a_file_of_plain_text_is_none_even_when_it_is_the_only_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, plain_text: str
) -> None:
    __import__(plain_text.partition(".")[0])  # as a plugin does; `keyring` itself would choose it now
    with pytest.raises(NoKeyring):
        KeyringStore().save("a.example", Credential(USERNAME, PASSWORD))


def test_the_keyring_that_is_configured_is_used_when_it_is_of_the_system(
    keyring: SecretService, home: Path
) -> None:
    folder = home / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.SecretService.Keyring\n"
    )
    store = KeyringStore()
    assert store.state().name == "Secret Service"
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    assert not store.state().available


def test_a_chain_is_as_good_as_its_links(
    keyring: SecretService, monkeypatch: pytest.MonkeyPatch, plain_text: str
) -> None:
    from keyring.backends import chainer
    from keyring.backends.SecretService import Keyring

    plain = getattr(__import__(plain_text.partition(".")[0]), "Keyring")()  # noqa: B009
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    store = KeyringStore()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [Keyring()])
    store.save("a.example", Credential(USERNAME, PASSWORD))
    found = store.find("a.example")
    assert found is not None
    assert (found.credential.secret, found.place) == (PASSWORD, "Secret Service")
    for chain in ([Keyring(), plain], [plain], []):
        monkeypatch.setattr(chainer.ChainerBackend, "backends", chain)
        with pytest.raises(NoKeyring):
            KeyringStore().find("a.example")


def test_what_a_keyring_says_goes_nowhere(keyring: SecretService, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.SecretService import Keyring

    def failing(*_: object) -> None:
        raise ValueError(f"cannot encode {PASSWORD}")

    monkeypatch.setattr(Keyring, "set_password", failing)
    with pytest.raises(KeyringFailed) as raised:
        KeyringStore().save("a.example", Credential(USERNAME, PASSWORD))
    assert raised.value.reason == "it failed (ValueError)"
    assert raised.value.__context__ is None
