"""``copy``: flags, words, JSON and exit codes, from one real registry to another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.computers import write_project
from support.kit_commands import fine, refused, run_command
from support.planted import PASSWORD, USERNAME
from support.referrers import COMPONENTS, SIGNATURE, attach, list_under_tag
from support.registry_server import RegistryServer
from support.repositories import reaching

PLAIN = "--plain-http"


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("dev")) as server:
        yield server


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("prod")) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that was packed as ``churn:v1``."""
    folder = write_project(tmp_path / "churn")
    fine("pack", str(folder), "-t", "churn:v1")
    return folder


def push(target: str) -> str:
    """Push ``churn:v1``; gives its digest."""
    return fine("push", "churn:v1", target, PLAIN).out.split()[-1]


def test_from_dev_to_prod(project: Path, dev: RegistryServer, prod: RegistryServer, tmp_path: Path) -> None:
    source, target = f"{dev.host}/words/churn:v1", f"{prod.host}/words/churn"
    digest = push(source)
    answer = fine("copy", source, target, PLAIN)
    assert answer.out.splitlines() == [f"Copying {source} to {target}:v1", f"Copied {digest}"]
    assert answer.err == ""
    again = fine("copy", source, target, PLAIN, "-v")
    assert "0 blobs sent (0 B), 0 mounted, 3 there already" in again.err
    fine("unpack", f"{target}:v1", PLAIN, "-d", str(tmp_path / "out"))
    assert (tmp_path / "out" / "src" / "train.py").read_text() == "print('training')\n"
    within = fine("copy", f"{target}:v1", f"{prod.host}/released/churn:v1", PLAIN, "-v")
    assert "0 blobs sent (0 B), 3 mounted, 0 there already" in within.err


def test_json(project: Path, dev: RegistryServer, prod: RegistryServer) -> None:
    source, target = f"{dev.host}/json/churn:v1", f"{prod.host}/json/churn:live"
    digest = push(source)
    answer = fine("copy", source, target, PLAIN, "--format", "json", "--recursive", "--verify")
    assert answer.err == ""
    said = json.loads(answer.out)
    assert said["size"] > 7000
    assert said["bytes_sent"] > said["size"]
    del said["size"], said["bytes_sent"]
    assert said == {
        "reference": target,
        "source": source,
        "digest": digest,
        "replaced": "",
        "blobs_sent": 3,
        "blobs_skipped": 0,
        "bytes_skipped": 0,
        "mounted": 0,
        "referrers": [],
        "missing": [],
        "parent": "",
        "verified": True,
    }


def test_tag_names_copy_for_what_is_in_a_registry_only(project: Path, dev: RegistryServer) -> None:
    source, target = f"{dev.host}/only/churn:v1", f"{dev.host}/only/churn:v2"
    digest = push(source)
    said = " ".join(refused("tag", source, target).split())
    command = f"kitops-desktop copy {source} {target}"
    assert f"To tag it in the registry: {command}" in said
    assert f"Copied {digest}" in fine(*command.split()[1:], PLAIN).out
    assert "kitops-desktop copy" not in refused("tag", source, "churn:v2")
    assert "kitops-desktop copy" not in refused("tag", "none:v1", target)


def test_a_tag_that_is_another_kit(project: Path, dev: RegistryServer, prod: RegistryServer) -> None:
    source, target = f"{dev.host}/moves/churn:v1", f"{prod.host}/moves/churn:live"
    first = push(source)
    fine("copy", source, target, PLAIN, "--no-overwrite")
    fine("copy", source, target, PLAIN, "--no-overwrite")
    (project / "model.bin").write_bytes(b"better")
    fine("pack", str(project), "-t", "churn:v1")
    second = push(source)
    assert f"{target} is {first}" in refused("copy", source, target, PLAIN, "--no-overwrite")
    assert "The tag was not moved." in refused("copy", source, target, PLAIN, "--if-target", second)
    assert f"{target} was {first} before" in fine("copy", source, target, PLAIN, "--if-target", first).out


def test_a_missing_signature_is_told_and_ends_with_1(
    project: Path, dev: RegistryServer, prod: RegistryServer
) -> None:
    source, target = f"{dev.host}/signed/churn:v1", f"{prod.host}/signed/churn:v1"
    push(source)
    with reaching(dev, "signed/churn") as repository:
        kit = repository.resolve("v1")
    components = attach(dev, "signed/churn", kit, COMPONENTS, b"components")
    signature = attach(dev, "signed/churn", kit, SIGNATURE, b"a signature that is lost")
    list_under_tag(dev, "signed/churn", kit, [components, signature])
    dev.blob_path(signature.digest).unlink()
    answer = run_command("copy", source, target, PLAIN, "--recursive")
    assert answer.code == 1
    assert f"Copied {COMPONENTS} {components.digest}" in answer.out
    assert answer.out.splitlines()[-1] == f"Copied {kit.digest}"
    assert f"[ERROR] {SIGNATURE} {signature.digest} was not copied:" in answer.err
    assert answer.err.splitlines()[-1] == "[ERROR] The kit was copied, 1 signature missing"
    as_json = run_command("copy", source, target, PLAIN, "--recursive", "--format", "json")
    assert as_json.code == 1
    assert [one["digest"] for one in json.loads(as_json.out)["missing"]] == [signature.digest]
    fine("copy", source, target, PLAIN)


def test_what_it_builds_on_is_told(
    project: Path, dev: RegistryServer, prod: RegistryServer, tmp_path: Path
) -> None:
    base, source = f"{dev.host}/parent/base:v1", f"{dev.host}/parent/child:v1"
    fine("tag", "churn:v1", base)
    child = tmp_path / "child"
    child.mkdir()
    (child / "a.md").write_text("a")
    (child / "Kitfile").write_text(f"manifestVersion: 1.0.0\nmodel:\n  path: {base}\ndocs:\n- path: a.md\n")
    fine("pack", str(child), "-t", source)
    fine("push", source, PLAIN)
    said = fine("copy", source, f"{prod.host}/parent/child", PLAIN).err
    assert f"[WARN ] The kit builds on {base}, which is not copied" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["churn:v1", "r.example/a:1"], "kitops-desktop push churn:v1 r.example/a:1"),
        (["r.example/a:1", "a:1"], "kitops-desktop pull r.example/a:1"),
        (["r.example/a:1,2", "r.example/b"], "reference cannot include multiple tags"),
        (["r.example/a:1", "r.example/B"], "must be lowercase"),
        (["r.example/a:1", "s.example/a", "--if-target", "v1"], "--if-target needs a digest"),
        (["r.example/a:1", "s.example/a", "--if-target", "x", "--no-overwrite"], "not allowed with"),
        (["r.example/a:1", "s.example/a", "--concurrency", "0"], "must be at least 1"),
        (["r.example/a:1"], "required"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], said: str) -> None:
    assert said.lower() in refused("copy", *arguments).lower()


def test_one_password_is_not_given_to_two_registries(tmp_path: Path, dev: RegistryServer) -> None:
    given = ("--username", USERNAME, "--password-stdin")
    between = ("copy", f"{dev.host}/a/churn:v1", "r.example/a/churn", PLAIN, *given)
    assert "for one registry only" in refused(*between, stdin=PASSWORD)
    with RegistryServer(tmp_path / "guarded", passwords={USERNAME: PASSWORD}) as guarded:
        within = ("copy", f"{guarded.host}/a/churn:v1", f"{guarded.host}/b/churn", PLAIN)
        assert "wants a sign-in" in refused(*within)
        assert "The registry has no such ModelKit" in refused(*within, *given, stdin=PASSWORD)
