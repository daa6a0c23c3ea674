"""Sign-ins in a real keyring: gnome-keyring, in a D-Bus session of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential, Origin
from kitops_desktop.credentials.keyring_store import KeyringState, KeyringStore
from kitops_desktop.errors import InvalidArgument, KeyringFailed, NoKeyring
from support.planted import IDENTITY_TOKEN, OTHER_PASSWORD, PASSWORD, USERNAME
from support.secret_service import SecretService, secret_service, session_bus

SERVICE = "kitops-desktop/registry/registry.example:5000"
HOST = "registry.example:5000"


@pytest.fixture
def store() -> KeyringStore:
    return KeyringStore()


def test_a_password_is_kept_under_its_host_and_found(keyring: SecretService, store: KeyringStore) -> None:
    credential = Credential(USERNAME, PASSWORD)
    store.save(HOST, credential)
    found = KeyringStore().find("Registry.Example:5000")
    assert found is not None
    assert (found.credential, found.origin, found.place) == (credential, Origin.KEYRING, "Secret Service")
    assert set(keyring.items()) == {SERVICE}
    assert keyring.items()[SERVICE][0] == USERNAME
    assert store.find("registry.example") is None
    assert PASSWORD not in repr(found) + str(found)


def test_an_identity_token_is_one_again(keyring: SecretService, store: KeyringStore) -> None:
    store.save(HOST, Credential("", IDENTITY_TOKEN, is_identity_token=True))
    found = store.find(HOST)
    assert found is not None
    assert found.credential == Credential("", IDENTITY_TOKEN, is_identity_token=True)


@pytest.mark.parametrize("secret", ["ö" * 500, "𝛑" * 700, "{" * 1199, '"\\\n\t', " leading and trailing "])
def test_any_text_is_kept(keyring: SecretService, store: KeyringStore, secret: str) -> None:
    store.save(HOST, Credential("Jörg 𝛑", secret))
    found = store.find(HOST)
    assert found is not None
    assert found.credential == Credential("Jörg 𝛑", secret)


def test_a_long_secret_is_cut_so_that_windows_can_keep_it(
    keyring: SecretService, store: KeyringStore
) -> None:
    key_file = json.dumps({"private_key": PASSWORD * 90})
    store.save(HOST, Credential("_json_key", key_file))
    items = keyring.items()
    parts = [items[f"{SERVICE}#{number}"] for number in range(len(items) - 1)]
    assert len(parts) == 3
    assert {account for account, _ in items.values()} == {"_json_key"}
    assert all(len(secret.encode("utf-16-le")) <= 2400 for _, secret in items.values())
    assert json.loads(items[SERVICE][1]).keys() == {"v", "n", "sha256"}
    assert json.loads(items[SERVICE][1])["n"] == 3
    found = store.find(HOST)
    assert found is not None
    assert found.credential.secret == key_file


def test_stale_parts_are_removed(keyring: SecretService, store: KeyringStore) -> None:
    store.save(HOST, Credential(USERNAME, "k" * 5000))
    assert len(keyring.items()) == 6
    store.save(HOST, Credential(USERNAME, "k" * 2000))
    assert len(keyring.items()) == 3
    store.save(HOST, Credential(USERNAME, PASSWORD))
    assert set(keyring.items()) == {SERVICE}


def test_another_account_takes_the_place_of_the_first(keyring: SecretService, store: KeyringStore) -> None:
    store.save(HOST, Credential("first", "k" * 3000))
    store.save(HOST, Credential("second", OTHER_PASSWORD))
    assert {account for account, _ in keyring.items().values()} == {"second"}
    found = store.find(HOST)
    assert found is not None
    assert found.credential == Credential("second", OTHER_PASSWORD)


def test_deleting_leaves_nothing_and_no_other_host_is_touched(
    keyring: SecretService, store: KeyringStore
) -> None:
    store.save(HOST, Credential(USERNAME, "k" * 3000))
    store.save("other.example", Credential(USERNAME, PASSWORD))
    assert store.delete(HOST)
    assert set(keyring.items()) == {"kitops-desktop/registry/other.example"}
    assert not store.delete(HOST)
    assert store.find(HOST) is None


def test_what_was_not_finished_or_is_not_ours_is_said(keyring: SecretService, store: KeyringStore) -> None:
    store.save(HOST, Credential(USERNAME, "k" * 3000))
    keyring.put(f"{SERVICE}#1", USERNAME, "of another writer")
    with pytest.raises(KeyringFailed, match="incomplete"):
        store.find(HOST)
    keyring.delete(f"{SERVICE}#1")
    with pytest.raises(KeyringFailed, match="incomplete"):
        store.find(HOST)
    for foreign in (PASSWORD, "[1]", '{"v": 2}', '{"v": 1, "n": 100000}', '{"v": 1, "n": true}', '{"v": 1}'):
        keyring.put(SERVICE, USERNAME, foreign)
        with pytest.raises(KeyringFailed, match="not what we wrote") as raised:
            store.find(HOST)
        assert PASSWORD not in repr(raised.value)
    store.save(HOST, Credential(USERNAME, PASSWORD))
    assert store.find(HOST) is not None


@pytest.mark.parametrize("secret", ["k" * 100_000, "half of a pair \ud83d"])
def test_what_cannot_be_kept_is_refused_before_anything_is_written(
    keyring: SecretService, store: KeyringStore, secret: str
) -> None:
    with pytest.raises(InvalidArgument):
        store.save(HOST, Credential(USERNAME, secret))
    assert keyring.items() == {}


def test_a_locked_keyring_is_told_apart(keyring: SecretService, store: KeyringStore) -> None:
    store.save(HOST, Credential(USERNAME, PASSWORD))
    keyring.lock()
    for use in (store.find, store.delete, lambda host: store.save(host, Credential(USERNAME, PASSWORD))):
        with pytest.raises(KeyringFailed) as raised:
            use(HOST)
        assert raised.value.locked
        assert raised.value.__context__ is None  # whose frames would hold the password
    assert store.state() == KeyringState(True, "Secret Service")


def test_looking_into_a_keyring_that_nobody_has_begun_asks_nobody() -> None:
    """It would ask for a new password; without anybody to answer that is an error, which does not come."""
    store = KeyringStore(timeout=10)
    with secret_service(begun=False):
        assert store.find(HOST) is None
        assert store.delete(HOST) is False
        with pytest.raises(KeyringFailed):
            store.save(HOST, Credential(USERNAME, PASSWORD))


def test_a_session_without_a_keyring_has_none(monkeypatch: pytest.MonkeyPatch, store: KeyringStore) -> None:
    with tempfile.TemporaryDirectory() as folder, session_bus(Path(folder)) as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        assert not store.state().available
        with pytest.raises(NoKeyring):
            store.find(HOST)


def test_no_session_at_all_has_none_and_one_that_comes_later_is_noticed(
    store: KeyringStore, request: pytest.FixtureRequest
) -> None:
    state = store.state()
    assert (state.available, state.name, type(state.problem)) == (False, "", NoKeyring)
    for use in (store.find, store.delete, lambda host: store.save(host, Credential(USERNAME, PASSWORD))):
        with pytest.raises(NoKeyring):
            use(HOST)
    request.getfixturevalue("keyring")
    store.save(HOST, Credential(USERNAME, PASSWORD))
    assert store.find(HOST) is not None


def test_one_that_goes_away_is_not_taken_for_none(store: KeyringStore) -> None:
    with secret_service():
        store.save(HOST, Credential(USERNAME, PASSWORD))
    for use in (store.find, store.delete, lambda host: store.save(host, Credential(USERNAME, PASSWORD))):
        with pytest.raises(KeyringFailed, match="does not answer any more"):
            use(HOST)
    with secret_service():
        assert store.find(HOST) is None
        store.save(HOST, Credential(USERNAME, PASSWORD))
        assert store.find(HOST) is not None


def test_many_threads_may_ask(keyring: SecretService, store: KeyringStore) -> None:
    hosts = [f"{number}.example" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda host: store.save(host, Credential(host, PASSWORD)), hosts))
        found = list(pool.map(store.find, hosts * 2))
    assert [one.credential.username for one in found if one] == hosts * 2


def test_a_keyring_can_join_the_session_of_a_desktop(tmp_path: Path) -> None:
    """As windows of tests reach it: the session's address is in their environment, not in this process's."""
    with tempfile.TemporaryDirectory() as folder, session_bus(Path(folder)) as bus:
        desktop = os.environ | {"DBUS_SESSION_BUS_ADDRESS": bus}
        with secret_service(desktop) as keyring:
            keyring.put(
                "kitops-desktop/registry/a.example", "window", '{"secret": "s", "token": false, "v": 1}'
            )
            program = (
                "from kitops_desktop.credentials.keyring_store import KeyringStore\n"
                "print(KeyringStore().find('a.example').credential.username)"
            )
            command = [sys.executable, "-c", program]
            outcome = subprocess.run(command, env=desktop, capture_output=True, text=True, check=True)
            assert outcome.stdout == "window\n"
            assert not KeyringStore().state().available
