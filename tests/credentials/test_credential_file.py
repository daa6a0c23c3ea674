"""Files of sign-ins in Docker's format, read and written as `kit` does."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.credentials.credential import Credential, Origin
from kitops_desktop.credentials.credential_file import CredentialFile
from kitops_desktop.errors import (
    CredentialFileDamaged,
    CredentialHelperFailed,
    FileAccessError,
    InvalidArgument,
)
from support.credential_helper import HelperProgram
from support.planted import IDENTITY_TOKEN, OTHER_PASSWORD, PASSWORD, USERNAME

HOST = "registry.example:5000"
ROBOT = Credential(USERNAME, PASSWORD)
TOKEN = Credential("", IDENTITY_TOKEN, is_identity_token=True)
HUB = "https://index.docker.io/v1/"


def auth(user: str = USERNAME, password: str = PASSWORD) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture(autouse=True)
def no_helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PATH without the helpers of whoever runs the tests."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kitops" / "credentials.json"


@pytest.fixture
def kit(path: Path) -> CredentialFile:
    return CredentialFile(path, Origin.KIT, "kit's credentials.json", finds_helper=True)


@pytest.fixture
def lay(path: Path) -> Callable[[Any], Path]:
    """lay(content): write the file, JSON or text."""

    def write(content: Any) -> Path:  # noqa: ANN401 - anything that somebody may have there
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def found(file: CredentialFile, host: str = HOST) -> Credential | None:
    answer = file.find(host)
    return None if answer is None else answer.credential


# What `kit` 1.7.0 writes for `kit login registry.example:5000 -u robot`, byte for byte
KIT_WROTE = '{\n\t"auths": {\n\t\t"registry.example:5000": {\n\t\t\t"auth": "%s"\n\t\t}\n\t}\n}'


def test_it_is_written_as_kit_does(kit: CredentialFile, path: Path) -> None:
    kit.save(HOST, ROBOT)
    assert path.read_text() == KIT_WROTE % auth()["auth"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert found(kit) == ROBOT


def test_a_token_and_docker_hub_are_written_as_kit_does(kit: CredentialFile, path: Path) -> None:
    kit.save("docker.io", TOKEN)
    assert json.loads(path.read_text()) == {"auths": {HUB: {"identitytoken": IDENTITY_TOKEN}}}
    for name in ("docker.io", "registry-1.docker.io", "index.docker.io"):
        assert found(kit, name) == TOKEN


def test_everything_else_in_the_file_stays(
    kit: CredentialFile, path: Path, lay: Callable[[Any], Path]
) -> None:
    other = {"auth": auth("else", OTHER_PASSWORD)["auth"], "email": "a@b.example"}
    lay({"zeta": [1, {}], "auths": {"z.example": other}, "proxies": {"a<b&c\u2028": "ö"}, "credsStore": ""})
    path.chmod(0o644)
    kit.save(HOST, ROBOT)
    assert json.loads(path.read_text()) == {
        "auths": {HOST: auth(), "z.example": other},
        "proxies": {"a<b&c\u2028": "ö"},
        "zeta": [1, {}],
    }
    assert "a\\u003cb\\u0026c\\u2028" in path.read_text()
    assert "ö" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kit.delete(HOST)
    assert json.loads(path.read_text())["auths"] == {"z.example": other}
    assert not kit.delete(HOST)


def test_half_of_a_letter_in_the_file_damages_nothing(
    kit: CredentialFile, path: Path, lay: Callable[[Any], Path]
) -> None:
    lay('{"proxies": "\\ud83d"}')
    kit.save(HOST, ROBOT)
    assert json.loads(path.read_text())["proxies"] == "\ud83d"
    assert found(kit) == ROBOT


def test_a_link_stays_a_link(kit: CredentialFile, path: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "credentials.json"
    path.parent.mkdir()
    path.symlink_to(real)
    kit.save(HOST, ROBOT)
    assert path.is_symlink()
    assert json.loads(real.read_text()) == {"auths": {HOST: auth()}}


def test_it_replaces_every_key_of_the_host(
    kit: CredentialFile, path: Path, lay: Callable[[Any], Path]
) -> None:
    lay({"auths": {f"https://{HOST}/v1/": auth(password=OTHER_PASSWORD), "registry.example": auth("other")}})
    kit.save(HOST, ROBOT)
    assert json.loads(path.read_text())["auths"] == {HOST: auth(), "registry.example": auth("other")}
    assert found(kit) == ROBOT


@pytest.mark.parametrize(
    "key", [HOST, f"https://{HOST}", f"http://{HOST}/", f"https://{HOST}/v1/", f"{HOST}/v2/", HOST.upper()]
)
def test_a_host_is_known_by_all_its_keys(kit: CredentialFile, lay: Callable[[Any], Path], key: str) -> None:
    lay({"auths": {"registry.example": auth("other"), "evil" + HOST: auth("evil"), key: auth()}})
    assert found(kit) == ROBOT
    assert found(kit, HOST.upper()) == ROBOT


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"identitytoken": IDENTITY_TOKEN}, TOKEN),
        (auth("shown", "") | {"identitytoken": IDENTITY_TOKEN}, Credential("shown", IDENTITY_TOKEN, True)),
        ({"username": USERNAME, "password": PASSWORD}, ROBOT),
        (auth(password=f"{PASSWORD}:with:colons"), Credential(USERNAME, f"{PASSWORD}:with:colons")),
        (auth("Jörg"), Credential("Jörg", PASSWORD)),
        (auth(password=f"{PASSWORD}\0\0"), ROBOT),
        ({}, None),
        ({"auth": "", "email": None}, None),
    ],
)
def test_entries_of_all_kinds(
    kit: CredentialFile, lay: Callable[[Any], Path], entry: dict[str, str], expected: Credential | None
) -> None:
    lay({"auths": {HOST: entry}})
    assert found(kit) == expected


@pytest.mark.parametrize("content", ["", " \n", "{}", '{"auths": null}', '\ufeff{"auths": {}}'])
def test_a_file_that_says_nothing_is_none(
    kit: CredentialFile, lay: Callable[[Any], Path], content: str
) -> None:
    lay(content)
    assert kit.find(HOST) is None
    kit.save(HOST, ROBOT)
    assert found(kit) == ROBOT


DAMAGED = [
    ("[]", "it is no JSON object"),
    ("null", "it is no JSON object"),
    ('{"auths": {}', "it is no JSON (line 1)"),
    ("[" * 100_000, "it is no JSON"),
    ('{"auths": []}', "its auths is no object"),
    ('{"credHelpers": "x"}', "its credHelpers is no object"),
    ('{"credsStore": 7}', "the name of a credential helper is no text"),
    (f'{{"auths": {{"{HOST}": "x"}}}}', "an entry of its auths is no object"),
    (f'{{"auths": {{"{HOST}": {{"auth": 7}}}}}}', "an entry of its auths has something else than text"),
    (f'{{"auths": {{"{HOST}": {{"auth": "%%%"}}}}}}', "not the base64 form"),
    (f'{{"auths": {{"{HOST}": {{"auth": "cm9ib3Q="}}}}}}', "not the base64 form"),
    (f'{{"auths": {{"{HOST}": {{"auth": "/w=="}}}}}}', "not the base64 form"),
]


@pytest.mark.parametrize(("content", "reason"), DAMAGED)
def test_a_damaged_file_is_told_and_quoted_nowhere(
    kit: CredentialFile, lay: Callable[[Any], Path], path: Path, content: str, reason: str
) -> None:
    lay(content)
    with pytest.raises(CredentialFileDamaged) as raised:
        kit.find(HOST)
    assert reason in raised.value.reason
    assert raised.value.path == path


def test_a_damaged_file_is_never_written(kit: CredentialFile, lay: Callable[[Any], Path], path: Path) -> None:
    content = f'{{"auths": {{"other": "{PASSWORD}"}}'
    lay(content)
    for change in (lambda: kit.save(HOST, ROBOT), lambda: kit.delete(HOST)):
        with pytest.raises(CredentialFileDamaged) as raised:
            change()
        assert PASSWORD not in repr(raised.value)
    assert path.read_text() == content


def test_what_is_no_text_no_file_or_too_large_is_told(kit: CredentialFile, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"auths": "\xff"}')
    with pytest.raises(CredentialFileDamaged, match="no UTF-8"):
        kit.find(HOST)
    with path.open("wb") as file:
        file.truncate(5 << 20)
    with pytest.raises(CredentialFileDamaged, match="too large"):
        kit.find(HOST)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(CredentialFileDamaged, match="no file"):
        kit.find(HOST)
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(CredentialFileDamaged, match="may not be read"):
        kit.find(HOST)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "kitops").write_text("a file")
    with pytest.raises((FileAccessError, CredentialFileDamaged)):
        CredentialFile(tmp_path / "kitops" / "credentials.json", Origin.KIT, "kit's").save(HOST, ROBOT)


@pytest.mark.parametrize("user", ["ro:bot", "half \ud83d"])
def test_users_that_the_format_cannot_hold_are_refused(kit: CredentialFile, path: Path, user: str) -> None:
    with pytest.raises(InvalidArgument):
        kit.save(HOST, Credential(user, PASSWORD))
    assert not path.exists()


def test_the_helper_of_the_host_goes_before_that_of_all(
    kit: CredentialFile, lay: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = HelperProgram(tmp_path / "own", "own", monkeypatch)
    every = HelperProgram(tmp_path / "every", "every", monkeypatch)
    content = {"credHelpers": {HOST: "own"}, "credsStore": "every", "auths": {HOST: auth("of the file")}}
    lay(content)
    own.put(HOST, USERNAME, PASSWORD)
    every.put("other.example", "other", OTHER_PASSWORD)
    answer = kit.find(HOST)
    assert answer is not None
    assert answer.credential == ROBOT
    assert answer.place == "docker-credential-own, as kit's credentials.json says"
    assert found(kit, "other.example") == Credential("other", OTHER_PASSWORD)
    assert kit.helper_for(HOST) == "docker-credential-own"
    kit.save(HOST, TOKEN)
    assert own.entries[HOST]["Username"] == "<token>"
    assert json.loads(kit.path.read_text()) == content
    assert kit.delete(HOST)
    assert own.entries == {}
    assert found(kit) is None


def test_a_helper_that_has_nothing_or_fails_hides_nothing(
    kit: CredentialFile, lay: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HelperProgram(tmp_path / "bin", "empty", monkeypatch)
    lay({"credsStore": "empty", "auths": {HOST: auth()}})
    assert found(kit) == ROBOT
    lay({"credsStore": "absent", "auths": {HOST: auth()}})
    assert found(kit) == ROBOT
    with pytest.raises(CredentialHelperFailed, match="docker-credential-absent"):
        kit.find("other.example")


def test_docker_hub_has_its_own_name_with_helpers(
    kit: CredentialFile, lay: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = HelperProgram(tmp_path / "bin", "test", monkeypatch)
    lay({"credsStore": "test"})
    helper.put(HUB, USERNAME, PASSWORD)
    assert found(kit, "docker.io") == ROBOT


def test_the_helper_of_the_platform_is_found_as_kit_finds_it(
    kit: CredentialFile, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = HelperProgram(tmp_path / "bin", "secretservice", monkeypatch)
    assert kit.helper_for(HOST) == "docker-credential-secretservice"
    kit.save(HOST, ROBOT)
    assert helper.entries[HOST]["Secret"] == PASSWORD
    assert path.read_text() == '{\n\t"auths": {},\n\t"credsStore": "secretservice"\n}'
    assert found(kit) == ROBOT
    docker = CredentialFile(tmp_path / "config.json", Origin.DOCKER, "Docker's config.json")
    assert docker.helper_for(HOST) == ""


def test_pass_goes_before_the_secret_service(
    kit: CredentialFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HelperProgram(tmp_path / "bin", "secretservice", monkeypatch)
    (tmp_path / "bin" / "pass").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "pass").chmod(0o755)
    assert kit.helper_for(HOST) == ""  # as kit: `pass` is there, its helper is not
    HelperProgram(tmp_path / "bin", "pass", monkeypatch)
    assert kit.helper_for(HOST) == "docker-credential-pass"


def test_a_file_that_has_sign_ins_makes_no_use_of_a_helper_nobody_named(
    kit: CredentialFile, lay: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = HelperProgram(tmp_path / "bin", "secretservice", monkeypatch)
    lay({"auths": {"other.example": auth("other")}})
    kit.save(HOST, ROBOT)
    assert helper.actions == []
    assert found(kit) == ROBOT


def test_the_text_of_the_environment_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"auths": {HOST: auth("of the file"), "b.example": auth()}}))
    inline = json.dumps({"auths": {HOST: auth()}})
    docker = CredentialFile(path, Origin.DOCKER, "Docker's config.json", inline=inline)
    answer = docker.find(HOST)
    assert answer is not None
    assert (answer.credential, answer.place) == (ROBOT, "DOCKER_AUTH_CONFIG")
    assert found(docker, "b.example") == ROBOT
    damaged = CredentialFile(path, Origin.DOCKER, "Docker's config.json", inline=f"{{{PASSWORD}")
    assert found(damaged, "b.example") == ROBOT
    with pytest.raises(CredentialFileDamaged, match="DOCKER_AUTH_CONFIG") as raised:
        damaged.find("c.example")
    assert PASSWORD not in repr(raised.value)


def test_many_threads_may_save(kit: CredentialFile) -> None:
    hosts = [f"{number}.example" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda host: kit.save(host, Credential(host, PASSWORD)), hosts))
    assert [found(kit, host) for host in hosts] == [Credential(host, PASSWORD) for host in hosts]
