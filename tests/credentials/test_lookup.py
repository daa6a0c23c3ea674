"""Where the sign-in for a host is found, and where it is kept."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential, CredentialSource, Origin
from kitops_desktop.credentials.credential_file import CredentialFile
from kitops_desktop.credentials.environment import given_from_environment
from kitops_desktop.credentials.keyring_store import KeyringStore
from kitops_desktop.credentials.lookup import Credentials, Keep, default_credentials
from kitops_desktop.errors import (
    CredentialFileDamaged,
    CredentialHelperFailed,
    InvalidArgument,
    KeyringFailed,
    NoKeyring,
)
from support.planted import IDENTITY_TOKEN, OTHER_PASSWORD, PASSWORD, USERNAME
from support.secret_service import SecretService

HOST = "registry.example:5000"
ROBOT = Credential(USERNAME, PASSWORD)


@pytest.fixture(autouse=True)
def no_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH without the helpers of whoever runs the tests."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


@pytest.fixture
def lay(home: Path) -> Callable[[str, str], None]:
    """lay(file, user): a sign-in for HOST in "kit" or "docker"."""
    places = {"kit": home / "kitops" / "credentials.json", "docker": home / ".docker" / "config.json"}

    def write(file: str, user: str) -> None:
        places[file].parent.mkdir(parents=True, exist_ok=True)
        auth = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        places[file].write_text(json.dumps({"auths": {HOST: {"auth": auth}}}))

    return write


def who(credentials: CredentialSource, host: str = HOST) -> tuple[str, Origin] | None:
    found = credentials.find(host)
    return None if found is None else (found.credential.username, found.origin)


def test_places_are_looked_at_in_their_order(keyring: SecretService, lay: Callable[[str, str], None]) -> None:
    credentials = default_credentials(Credential("given", PASSWORD))
    assert who(credentials) is None
    lay("docker", "of docker")
    assert who(credentials) == ("of docker", Origin.DOCKER)
    lay("kit", "of kit")
    assert who(credentials) == ("of kit", Origin.KIT)
    credentials.save(HOST, Credential("of the keyring", PASSWORD), Keep.KEYRING)
    assert who(credentials) == ("of the keyring", Origin.KEYRING)
    credentials.save(HOST, Credential("of the session", PASSWORD), Keep.SESSION)
    assert who(credentials) == ("of the session", Origin.SESSION)
    credentials.give_to(HOST)
    assert who(credentials) == ("given", Origin.GIVEN)
    assert who(credentials, "other.example") is None


def test_what_is_shown_has_no_secret(lay: Callable[[str, str], None]) -> None:
    lay("docker", USERNAME)
    found = default_credentials().found(HOST)
    assert found is not None
    assert (found.credential, found.place) == (Credential(USERNAME, ""), "Docker's config.json")
    assert default_credentials().found("other.example") is None


def test_a_password_for_one_registry_goes_to_no_other() -> None:
    credentials = default_credentials(ROBOT)
    assert credentials.find(HOST) is None  # nobody named it
    credentials.give_to("Docker.io")
    assert who(credentials, "registry-1.docker.io") == (USERNAME, Origin.GIVEN)
    assert credentials.find(HOST) is None


def test_the_environment_gives_a_sign_in() -> None:
    both = {"KITOPS_DESKTOP_USERNAME": USERNAME, "KITOPS_DESKTOP_PASSWORD": PASSWORD}
    assert given_from_environment(both) == ROBOT
    token = Credential("", IDENTITY_TOKEN, is_identity_token=True)
    assert given_from_environment({"KITOPS_DESKTOP_PASSWORD": IDENTITY_TOKEN}) == token
    assert given_from_environment({"KITOPS_DESKTOP_USERNAME": USERNAME}) is None
    assert given_from_environment({}) is None


def test_files_are_where_kit_and_docker_have_them(home: Path, lay: Callable[[str, str], None]) -> None:
    lay("docker", "of docker")
    (home / ".docker").rename(home / "elsewhere")
    environ = {"HOME": str(home), "DOCKER_CONFIG": str(home / "elsewhere")}
    assert who(default_credentials(environ=environ)) == ("of docker", Origin.DOCKER)
    lay("kit", "of kit")
    assert who(default_credentials(environ=environ | {"KITOPS_HOME": str(home / "kitops")})) is not None
    assert who(default_credentials(environ={"HOME": str(home)}, home=home / "kitops")) is not None
    (home / ".local" / "share").mkdir(parents=True)
    (home / "kitops").rename(home / ".local" / "share" / "kitops")
    assert who(default_credentials(environ={"HOME": str(home)})) == ("of kit", Origin.KIT)
    inline = json.dumps({"auths": {HOST: {"auth": base64.b64encode(b"inline:x").decode()}}})
    environ = {"HOME": "/nowhere", "DOCKER_AUTH_CONFIG": inline}
    assert who(default_credentials(environ=environ)) == ("inline", Origin.DOCKER)


def test_what_is_damaged_hides_nothing_else(home: Path, lay: Callable[[str, str], None]) -> None:
    lay("docker", "of docker")
    kit = home / "kitops" / "credentials.json"
    kit.parent.mkdir(exist_ok=True)
    kit.write_text("no JSON")
    credentials = default_credentials()
    assert who(credentials) == ("of docker", Origin.DOCKER)
    (problem,) = credentials.problems(HOST)
    assert isinstance(problem, CredentialFileDamaged)
    assert problem.path == kit
    (home / ".docker" / "config.json").write_text('{"credsStore": "absent"}')
    assert who(credentials) is None
    assert [type(one) for one in credentials.problems(HOST)] == [
        CredentialFileDamaged,
        CredentialHelperFailed,
    ]
    kit.unlink()
    (home / ".docker" / "config.json").unlink()
    assert who(credentials) is None
    assert credentials.problems(HOST) == ()


def test_keeping_for_kit_is_found_by_kit_and_hidden_by_nothing_older(
    keyring: SecretService, home: Path
) -> None:
    credentials = default_credentials()
    credentials.save(HOST, Credential("older", OTHER_PASSWORD), Keep.KEYRING)
    credentials.save(HOST, ROBOT, Keep.KIT)
    assert who(default_credentials()) == (USERNAME, Origin.KIT)
    assert keyring.items() == {}
    assert credentials.kit_helper(HOST) == ""  # readable in the file, and said to be


def test_also_for_kit_keeps_both(keyring: SecretService, home: Path) -> None:
    credentials = default_credentials()
    credentials.save(HOST, ROBOT, Keep.KEYRING)
    assert not (home / "kitops" / "credentials.json").exists()
    credentials.also_for_kit(HOST, ROBOT)
    assert who(credentials) == (USERNAME, Origin.KEYRING)
    assert credentials.forget(HOST).deleted == (Origin.KEYRING, Origin.KIT)
    assert who(credentials) is None


def test_without_a_keyring_a_sign_in_holds_for_the_session() -> None:
    credentials = default_credentials()
    with pytest.raises(NoKeyring):
        credentials.save(HOST, ROBOT, Keep.KEYRING)
    assert who(credentials) == (USERNAME, Origin.SESSION)
    assert not credentials.keyring_state().available
    assert credentials.problems(HOST) == ()
    assert who(default_credentials()) is None
    assert credentials.forget(HOST).deleted == (Origin.SESSION,)


def test_signing_out_tells_what_is_left(keyring: SecretService, lay: Callable[[str, str], None]) -> None:
    credentials = default_credentials()
    lay("docker", "of docker")
    lay("kit", "of kit")
    credentials.save(HOST, ROBOT, Keep.KEYRING)
    kept = credentials.forget(HOST, kit=False)
    assert kept.deleted == (Origin.KEYRING,)
    assert kept.remaining is not None
    assert kept.remaining.origin is Origin.KIT
    forgotten = credentials.forget(HOST)
    assert forgotten.deleted == (Origin.KIT,)
    assert forgotten.remaining is not None
    assert (forgotten.remaining.origin, forgotten.remaining.credential.secret) == (Origin.DOCKER, "")
    assert credentials.forget(HOST).deleted == ()


def test_signing_out_goes_through_all_places_before_it_complains(
    keyring: SecretService, lay: Callable[[str, str], None], home: Path
) -> None:
    credentials = default_credentials()
    credentials.save(HOST, ROBOT, Keep.KEYRING)
    lay("kit", "of kit")
    keyring.lock()
    with pytest.raises(KeyringFailed):
        credentials.forget(HOST)
    assert json.loads((home / "kitops" / "credentials.json").read_text()) == {"auths": {}}


def test_a_user_who_does_not_unlock_the_keyring_is_not_asked_at_every_turn(
    keyring: SecretService, home: Path, lay: Callable[[str, str], None]
) -> None:
    now = [1000.0]
    asked = []

    class Counted(KeyringStore):
        def find(self, host: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            asked.append(host)
            return super().find(host)

    kit = CredentialFile(home / "kitops" / "credentials.json", Origin.KIT, "kit's")
    docker = CredentialFile(home / ".docker" / "config.json", Origin.DOCKER, "Docker's")
    credentials = Credentials(Counted(), kit, docker, clock=lambda: now[0])
    keyring.lock()
    lay("docker", "of docker")
    for _ in range(3):
        assert who(credentials) == ("of docker", Origin.DOCKER)
        (problem,) = credentials.problems(HOST)
        assert isinstance(problem, KeyringFailed)
        assert problem.locked
    assert len(asked) == 1
    now[0] += 61
    who(credentials)
    assert len(asked) == 2
    with pytest.raises(KeyringFailed):
        credentials.save("other.example", ROBOT, Keep.KEYRING)  # wants it now, so it is asked again
    who(credentials)
    assert len(asked) == 3


def test_a_question_of_before_that_ends_badly_after_the_sign_in_does_not_hide_it(
    keyring: SecretService, home: Path
) -> None:
    """The system asked whether to unlock the keyring; nobody answered, and somebody signed in meanwhile."""
    asked, closed = threading.Event(), threading.Event()

    class Asking(KeyringStore):
        def find(self, host: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if asked.is_set():
                return super().find(host)
            asked.set()
            assert closed.wait(30)
            raise KeyringFailed("it was not unlocked", locked=True)

    kit = CredentialFile(home / "kitops" / "credentials.json", Origin.KIT, "kit's")
    docker = CredentialFile(home / ".docker" / "config.json", Origin.DOCKER, "Docker's")
    credentials = Credentials(Asking(), kit, docker)
    before = threading.Thread(target=lambda: credentials.find(HOST))
    before.start()
    assert asked.wait(30)
    credentials.save(HOST, ROBOT, Keep.KEYRING)
    closed.set()
    before.join()
    assert who(credentials) == (USERNAME, Origin.KEYRING)


@pytest.mark.parametrize(
    "host", ["", "https://a.example", "a.example/v2", "a b", "user@a.example", "a\nb", "a?b"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    credentials = default_credentials()
    with pytest.raises(InvalidArgument):
        credentials.find(host)
    with pytest.raises(InvalidArgument):
        credentials.save(host, ROBOT, Keep.SESSION)
