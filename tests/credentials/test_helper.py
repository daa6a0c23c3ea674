"""Credential helpers: real programs on PATH, good and bad ones."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.helper import Helper, program_path
from kitops_desktop.errors import CredentialHelperFailed
from support.credential_helper import HelperProgram
from support.planted import IDENTITY_TOKEN, PASSWORD, USERNAME

HOST = "registry.example"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HelperProgram:
    return HelperProgram(tmp_path / "bin", "test", monkeypatch)


def test_it_stores_gives_and_erases(program: HelperProgram) -> None:
    helper = Helper("test")
    assert helper.get(HOST) is None
    helper.store(HOST, Credential(USERNAME, PASSWORD))
    assert program.entries == {HOST: {"ServerURL": HOST, "Username": USERNAME, "Secret": PASSWORD}}
    assert helper.get(HOST) == Credential(USERNAME, PASSWORD)
    helper.erase(HOST)
    helper.erase(HOST)
    assert program.entries == {}
    assert program.actions == ["get", "store", "get", "erase", "erase"]


def test_a_token_is_told_by_its_user(program: HelperProgram) -> None:
    token = Credential("", IDENTITY_TOKEN, is_identity_token=True)
    Helper("test").store(HOST, token)
    assert program.entries[HOST]["Username"] == "<token>"
    assert Helper("test").get(HOST) == token


def test_passwords_of_the_environment_are_not_handed_on(
    program: HelperProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("KITOPS_DESKTOP_PASSWORD", "DOCKER_AUTH_CONFIG", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
    for name in names:
        monkeypatch.setenv(name, PASSWORD)
    program.write(f'#!/bin/sh\n[ -z "{"".join(f"${name}" for name in names)}" ] && printf "{{}}"\n')
    assert Helper("test").get(HOST) is None


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo out of order; exit 1", "it ended with code 1"),
        ('cat "$0.d/helper-store.json" >&2; exit 3', "it ended with code 3"),
        ('cat "$0.d/helper-store.json"; exit 4', "it ended with code 4"),
        ('head -c -2 "$0.d/helper-store.json"', "its answer makes no sense"),
        ('printf \'["Username", "Secret"]\'', "its answer makes no sense"),
        ('printf \'{"Username": 7, "Secret": "x"}\'', "its answer makes no sense"),
        ("exit 0", "its answer makes no sense"),
        ("head -c 2000000 /dev/zero", "its answer is too long"),
        ("kill -9 $$", "it ended with code -9"),
    ],
)
def test_what_goes_wrong_is_said_without_what_it_wrote(
    program: HelperProgram, caplog: pytest.LogCaptureFixture, script: str, reason: str
) -> None:
    program.write(f"#!/bin/sh\n{script}\n")
    secrets = Path(f"{program.path}.d")
    secrets.mkdir()
    (secrets / "helper-store.json").write_text(f'{{"Username": "robot", "Secret": "{PASSWORD}"}}')
    with caplog.at_level(logging.DEBUG), pytest.raises(CredentialHelperFailed) as raised:
        Helper("test").get(HOST)
    assert raised.value.reason == reason
    assert raised.value.program == "docker-credential-test"
    assert raised.value.__context__ is None
    assert caplog.text == ""


def test_one_that_does_not_answer_is_ended(program: HelperProgram) -> None:
    # its child holds the output open: that must not keep us
    program.write("#!/bin/sh\nsleep 5 &\nsleep 5\n")
    with pytest.raises(CredentialHelperFailed, match=r"did not answer within 0\.3 s"):
        Helper("test", timeout=0.3).get(HOST)


def test_one_that_does_not_read_is_no_trouble(program: HelperProgram) -> None:
    program.write("#!/bin/sh\nexit 0\n")
    Helper("test").store(HOST, Credential(USERNAME, "k" * 1_000_000))


@pytest.mark.parametrize("name", ["../evil", "a b", "", "x" * 65, "a;b", "ä", "a\n"])
def test_a_name_that_is_none_starts_nothing(name: str) -> None:
    with pytest.raises(CredentialHelperFailed, match="its name is none"):
        Helper(name).get(HOST)


def test_one_that_is_missing_or_no_program_is_told(program: HelperProgram) -> None:
    with pytest.raises(CredentialHelperFailed, match="not installed"):
        Helper("absent").get(HOST)
    program.write("#!/no/such/interpreter\n")
    with pytest.raises(CredentialHelperFailed, match="cannot be started"):
        Helper("test").get(HOST)


def test_only_absolute_folders_of_path_count(program: HelperProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = program.path.parent
    monkeypatch.chdir(folder)
    for path in ("", ".", os.pathsep, f".{os.pathsep}bin"):
        monkeypatch.setenv("PATH", path)
        assert program_path(program.path.name) is None
    monkeypatch.setenv("PATH", f".{os.pathsep}{folder}/")
    found = program_path(program.path.name)
    assert found is None or found.is_absolute()
    monkeypatch.setenv("PATH", f"{folder}/")
    assert program_path(program.path.name) == program.path
