"""A kit to a registry and back on the command line: processes, a real registry, a real keyring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Authority
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME
from support.registry_server import RegistryServer
from support.secret_service import SecretService
from support.trees import tree

SECONDS = 120.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    """A registry with a password and the certificate of an authority that is the system's only one."""
    authority = Authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "system.pem")))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    with RegistryServer(
        tmp_path / "registry",
        passwords={USERNAME: PASSWORD},
        identity=authority.server(),
        authority=authority,
    ) as server:
        yield server


def run(*words: object, stdin: str = "", code: int = 0) -> str:
    """Run a command; gives what it printed."""
    command = [sys.executable, "-P", "-m", "kitops_desktop", *map(str, words)]
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, check=False, timeout=SECONDS, env=os.environ
    )
    written = done.stdout + done.stderr
    assert done.returncode == code, written
    assert PASSWORD not in written
    return written


def test_from_a_folder_to_a_colleague(
    server: RegistryServer, keyring: SecretService, sample_folder: Path, tmp_path: Path, home: Path
) -> None:
    repository = f"{server.host}/acme/bearing-faults"
    kit = f"{repository}:v1"

    refused = run("login", server.host, "-u", USERNAME, "--password-stdin", stdin=OTHER_PASSWORD, code=1)
    assert "refused the sign-in" in refused
    assert keyring.items() == {}
    assert "Log in successful" in run(
        "login", server.host, "-u", USERNAME, "--password-stdin", stdin=f"{PASSWORD}\n"
    )
    assert [PASSWORD in secret for _, secret in keyring.items().values()] == [True]

    run("pack", sample_folder, "-t", kit)
    packed = json.loads(run("list", "--format", "json"))
    pushed = run("push", kit)
    assert f"Pushed {packed[0]['digest']}" in pushed
    assert "There is a kit of that name already" not in run("push", "--no-overwrite", kit)
    run("remove", kit)
    assert json.loads(run("list", "--format", "json")) == []

    assert "acme/bearing-faults" in run("list", server.host)
    assert "v1" in run("list", repository)
    assert "predict.py" in run("files", kit)
    assert "bearing-faults" in run("info", "--remote", kit)

    target = tmp_path / "colleague"
    run("unpack", kit, "-d", target)
    assert tree(target, without=("Kitfile",)) == tree(sample_folder, without=("Kitfile",))
    assert json.loads(run("list", "--format", "json")) == []
    run("pull", kit)
    assert json.loads(run("list", "--format", "json")) == packed
    run("verify")

    run("logout", server.host)
    assert keyring.items() == {}
    assert "wants a sign-in" in run("pull", kit, code=1)
