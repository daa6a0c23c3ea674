"""The commands that go to registries: `kit`'s words, flags and exit codes, against a real registry."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Authority, server_context
from support.computers import write_project
from support.http_server import Rule
from support.kit_commands import fine, refused, run_command
from support.odd_registry import OddRegistry, basic
from support.planted import OTHER_PASSWORD, PASSWORD, USERNAME, holds_secret
from support.registry_server import RegistryServer
from support.secret_service import SecretService
from support.token_server import TokenServer
from support.trees import tree
from support.waiting import until

PLAIN = "--plain-http"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Open to everybody, shared by the tests of this module."""
    with RegistryServer(tmp_path_factory.mktemp("open")) as server:
        yield server


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Wants a password."""
    with RegistryServer(tmp_path_factory.mktemp("guarded"), passwords={USERNAME: PASSWORD}) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that was packed as ``churn:v1``."""
    folder = write_project(tmp_path / "churn")
    fine("pack", str(folder), "-t", "churn:v1")
    return folder


def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str = "elsewhere") -> None:
    """Another computer from now on."""
    monkeypatch.setenv("KITOPS_HOME", str(tmp_path / name))


def digest_of(reference: str) -> str:
    return str(json.loads(fine("inspect", reference).out)["digest"])


def test_there_and_back_in_the_words_of_kit(
    project: Path, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/words/churn:v1"
    digest = digest_of("churn:v1")
    pushed = fine("push", "churn:v1", target, PLAIN)
    assert pushed.out.splitlines() == [f"Pushing localhost/churn:v1 to {target}", f"Pushed {digest}"]
    elsewhere(monkeypatch, tmp_path)
    pulled = fine("pull", target, PLAIN)
    assert pulled.out.splitlines() == [f"Pulling {target}", f"Pulled {digest}"]
    assert digest_of(target) == digest
    again = fine("push", target, PLAIN)
    assert again.out.splitlines() == [f"Pushing {target}", f"Pushed {digest}"]
    fine("unpack", target, "-d", str(tmp_path / "out"))
    assert tree(tmp_path / "out", without=("Kitfile",)) == tree(project, without=("Kitfile",))


def test_looking_at_what_is_only_in_the_registry(
    project: Path, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/look/churn:v1"
    fine("push", "churn:v1", target, PLAIN)
    local = {command: fine(command, "churn:v1").out for command in ("inspect", "info", "files")}
    elsewhere(monkeypatch, tmp_path)
    for command, shown in local.items():
        assert fine(command, "-r", target, PLAIN).out == shown
    assert fine("files", target, PLAIN).out == local["files"]
    assert fine("info", "--remote", target, PLAIN, "-f", "package.name").out == "churn\n"
    for command in ("inspect", "info"):
        assert "There is no such ModelKit" in refused(command, target, PLAIN)
        assert "remote: churn:v1 does not contain registry" in refused(command, "-r", "churn:v1")
    fine("unpack", target, PLAIN, "--filter=model", "-d", str(tmp_path / "out"))
    assert set(tree(tmp_path / "out")) == {"model.bin"}
    assert json.loads(fine("list", "--format", "json").out) == []


def test_lists(project: Path, registry: RegistryServer, tmp_path: Path) -> None:
    name = f"{registry.host}/lists/churn"
    for tag in ("v10", "v9"):
        fine("push", "churn:v1", f"{name}:{tag}", PLAIN)
    (project / "model.bin").write_bytes(b"better")
    fine("pack", str(project), "-t", "churn:v2")
    fine("push", "churn:v2", f"{name}:latest", PLAIN)
    everything = json.loads(fine("list", name, PLAIN, "--format", "json").out)
    assert [(row["repo"], row["tags"]) for row in everything] == [
        ("lists/churn", ["latest"]),
        ("lists/churn", ["v9"]),
        ("lists/churn", ["v10"]),
    ]
    assert {row["digest"] for row in everything} == {digest_of("churn:v1"), digest_of("churn:v2")}
    assert everything[1]["modelName"] == "churn"
    assert everything[1]["author"] == "me"
    local = json.loads(fine("list", "churn", "--format", "json").out)
    assert everything[1]["size"] == next(row["size"] for row in local if row["tags"] == ["v1"])
    table = fine("list", f"{name}:v9", PLAIN).out.splitlines()
    assert table[0].split() == ["REPOSITORY", "TAG", "MAINTAINER", "NAME", "SIZE", "DIGEST"]
    assert table[1].split()[:2] == ["lists/churn", "v9"]
    assert len(table) == 2
    assert "lists/churn" in fine("list", registry.host, PLAIN).out.splitlines()
    assert {"repo": "lists/churn"} in json.loads(fine("list", registry.host, PLAIN, "--format=json").out)
    assert fine("list", "--local", name).out.splitlines()[1:] == []
    assert "no such ModelKit" in refused("list", f"{name}:v7", PLAIN)


def test_what_a_registry_lacks_is_named_with_the_list_that_helps(registry: RegistryServer) -> None:
    said = refused("list", f"{registry.host}/lists/none", PLAIN)
    assert "The registry has no such repository" in said
    assert f"registry's repositories (kitops-desktop list {registry.host}/)" in said
    for version in (":v7", f"@sha256:{'0' * 64}"):
        said = refused("inspect", f"{registry.host}/lists/none{version}", "--remote", PLAIN)
        assert "The registry has no such ModelKit" in said
        assert f"repository's tags (kitops-desktop list {registry.host}/lists/none)" in said


def test_what_was_transferred_is_named_only_where_something_is(
    project: Path, guarded: RegistryServer
) -> None:
    kept = "What was transferred completely is kept"
    target = f"{guarded.host}/lists/churn:v1"
    assert kept in refused("push", "churn:v1", target, PLAIN)
    for command in (["list", f"{guarded.host}/lists/churn"], ["inspect", "--remote", target]):
        said = refused(*command, PLAIN)
        assert "wants a sign-in" in said
        assert kept not in said


def test_what_is_no_modelkit_is_left_out_of_a_list(golden: Path) -> None:
    with OddRegistry() as odd:
        odd.add_golden(golden / "01-all-sections", "team/mixed", "kit")
        config = odd.add_blob(b"{}")
        image = {"schemaVersion": 2, "config": _described("image.config", config, 2), "layers": []}
        odd.add_manifest("team/mixed", "image", json.dumps(image).encode())
        odd.add_manifest("team/mixed", "broken", b"not json")
        answer = fine("list", f"{odd.host}/team/mixed", PLAIN, "--format", "{{.Tags}}")
        assert answer.out.splitlines() == ["[kit]"]
        assert "[WARN ] broken: " in answer.err
        assert "of a ModelKit" not in answer.err
        odd.add_manifest("team/images", "v1", json.dumps(image).encode())
        answer = fine("list", f"{odd.host}/team/images", PLAIN)
        assert len(answer.out.splitlines()) == 1
        assert "1 tag of team/images, none of a ModelKit" in answer.err
        assert "not a ModelKit" in refused("pull", f"{odd.host}/team/mixed:image", PLAIN)


def _described(kind: str, digest: str, size: int) -> dict[str, object]:
    return {"mediaType": f"application/vnd.oci.{kind}.v1+json", "digest": digest, "size": size}


def test_diff_looks_here_first_then_there(
    project: Path, registry: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = f"{registry.host}/diff/churn:v1"
    fine("push", "churn:v1", target, PLAIN)
    assert fine("diff", "churn:v1", target, PLAIN).out == "ModelKits are identical\n"
    assert fine("diff", "local://churn:v1", f"remote://{target}", PLAIN).out == "ModelKits are identical\n"
    assert "There is no such ModelKit" in refused("diff", "churn:v1", f"local://{target}", PLAIN)
    (project / "model.bin").write_bytes(b"better")
    fine("pack", str(project), "-t", target)
    shown = fine("diff", target, f"remote://{target}", PLAIN).out
    assert "Configs differ:" in shown
    assert "Shared Layers" in shown


def test_a_tag_that_is_there_is_not_moved_unless_that_is_meant(
    project: Path, registry: RegistryServer
) -> None:
    target = f"{registry.host}/moved/churn:v1"
    first = digest_of("churn:v1")
    fine("push", "churn:v1", target, PLAIN, "--no-overwrite")
    fine("push", "churn:v1", target, PLAIN, "--no-overwrite")
    (project / "model.bin").write_bytes(b"better")
    fine("pack", str(project), "-t", "churn:v2")
    assert "There is a kit of that name already" in refused(
        "push", "churn:v2", target, PLAIN, "--no-overwrite"
    )
    other = "sha256:" + "0" * 64
    assert "The tag means something else" in refused("push", "churn:v2", target, PLAIN, "--if-target", other)
    assert "--if-target needs a digest" in refused("push", "churn:v2", target, PLAIN, "--if-target", "v1")
    fine("push", "churn:v2", target, PLAIN, "--if-target", first)
    assert json.loads(fine("inspect", "-r", target, PLAIN).out)["digest"] == digest_of("churn:v2")


def test_removing_there(project: Path, registry: RegistryServer) -> None:
    name = f"{registry.host}/removed/churn"
    (project / "model.bin").write_bytes(b"better")
    fine("pack", str(project), "-t", "churn:v2")
    for source, tag in (("churn:v1", "a"), ("churn:v1", "b"), ("churn:v2", "c"), ("churn:v2", "d")):
        fine("push", source, f"{name}:{tag}", PLAIN)
    assert "no such ModelKit" in refused("remove", "-r", f"{name}:none", PLAIN)
    assert "use --all with --remote" in refused("remove", "-r", "--all")
    # this registry deletes by digest only, and still the other tag stays
    assert fine("remove", "-r", f"{name}:b", PLAIN).out == f"Untagged remote ModelKit {name}:b\n"
    tags = [row["tags"] for row in json.loads(fine("list", name, PLAIN, "--format=json").out)]
    assert tags == [["a"], ["c"], ["d"]]
    deleted = fine("remove", "-r", "-f", f"{name}:a", PLAIN).out
    assert deleted == f"Deleted remote ModelKit {name}@{digest_of('churn:v1')}\n"
    left = [row["tags"] for row in json.loads(fine("list", name, PLAIN, "--format=json").out)]
    assert left == [["c"], ["d"]]
    fine("remove", "-r", f"{name}@{digest_of('churn:v2')}", PLAIN)
    assert json.loads(fine("list", name, PLAIN, "--format=json").out) == []
    assert fine("inspect", "churn:v1").out  # here nothing was removed


def test_a_password_is_given_for_one_command(
    project: Path, guarded: RegistryServer, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    target = f"{guarded.host}/given/churn:v1"
    assert "wants a sign-in" in refused("push", "churn:v1", target, PLAIN)
    given = ("--username", USERNAME, "--password-stdin")
    fine("push", "churn:v1", target, PLAIN, *given, stdin=f"{PASSWORD}\n")
    wrong = refused("pull", target, PLAIN, *given, stdin=OTHER_PASSWORD)
    assert "refused the sign-in" in wrong
    assert "got empty string" in refused("pull", target, PLAIN, *given)
    assert "--username needs its password" in refused("pull", target, PLAIN, "--username", USERNAME)
    monkeypatch.setenv("KITOPS_DESKTOP_USERNAME", USERNAME)
    monkeypatch.setenv("KITOPS_DESKTOP_PASSWORD", PASSWORD)
    for command in (["pull", target], ["list", f"{guarded.host}/given/churn"], ["inspect", "-r", target]):
        fine(*command, PLAIN)
    monkeypatch.delenv("KITOPS_DESKTOP_PASSWORD")
    assert "wants a sign-in" in refused("pull", target, PLAIN)


def test_the_password_goes_to_no_other_registry(
    guarded: RegistryServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kit may name a parent anywhere: whoever is there is not given what was meant for this registry."""
    given = ("--username", USERNAME, "--password-stdin")
    with OddRegistry() as other:
        parent = f"{other.host}/far/base:v1"
        base = write_project(tmp_path / "base")
        fine("pack", str(base), "-t", parent)
        fine("push", parent, PLAIN)
        child = tmp_path / "child"
        child.mkdir()
        (child / "a.md").write_text("a")
        (child / "Kitfile").write_text(
            f"manifestVersion: 1.0.0\nmodel:\n  path: {parent}\ndocs:\n- path: a.md\n"
        )
        target = f"{guarded.host}/far/child:v1"
        fine("pack", str(child), "-t", target)
        fine("push", target, PLAIN, *given, stdin=PASSWORD)
        elsewhere(monkeypatch, tmp_path)
        assert f"Pulling referenced image {parent}" in fine("pull", target, PLAIN, *given, stdin=PASSWORD).out
        other.challenge, other.accepted = 'Basic realm="other"', frozenset({basic("nobody", "nothing")})
        elsewhere(monkeypatch, tmp_path, "third")
        assert "wants a sign-in" in refused("pull", target, PLAIN, *given, stdin=PASSWORD)
        assert f"{target.rpartition(':')[0]}" in fine("list").out  # the kit itself was pulled
        there = (f"remote://{target}", f"remote://{parent}")
        assert "wants a sign-in" in refused("diff", *there, PLAIN, *given, stdin=PASSWORD)
        assert other.authorizations() == []


def test_login_without_a_keyring(project: Path, guarded: RegistryServer, home: Path) -> None:
    host = guarded.host
    target = f"{host}/kept/churn:v1"
    as_user = ("login", host, PLAIN, "-u", USERNAME)
    assert "refused the sign-in" in refused(*as_user, "--password-stdin", stdin=OTHER_PASSWORD)
    said = refused(*as_user, "--password-stdin", stdin=PASSWORD)
    assert "There is no keyring on this system" in said
    assert f"login {host} --keep kit" in said
    assert "wants a sign-in" in refused("push", "churn:v1", target, PLAIN)
    answer = fine(*as_user, "--password-stdin", "--keep", "kit", stdin=PASSWORD)
    assert answer.out == "Log in successful\n"
    fine("push", "churn:v1", target, PLAIN)
    assert json.loads((home / "kitops" / "credentials.json").read_text())["auths"].keys() == {host}
    assert fine("logout", host).out == f"Successfully logged out from {host}\n"
    assert "wants a sign-in" in refused("pull", target, PLAIN)
    fine("logout", host)


def test_login_with_a_keyring(
    project: Path, guarded: RegistryServer, keyring: SecretService, home: Path
) -> None:
    host = guarded.host
    target = f"{host}/ring/churn:v1"
    answer = fine("login", host, PLAIN, "-u", USERNAME, "-p", PASSWORD)
    assert answer.out.splitlines() == [
        "Warning: Using --password via CLI is insecure. Consider using --password-stdin instead",
        "Log in successful",
    ]
    assert any(account == USERNAME for account, _ in keyring.items().values())
    fine("push", "churn:v1", target, PLAIN)
    assert not (home / "kitops" / "credentials.json").exists()
    fine("login", host, PLAIN, "-u", USERNAME, "--password-stdin", "--also-for-kit", stdin=PASSWORD)
    assert (home / "kitops" / "credentials.json").exists()
    fine("logout", host)
    assert not any(account == USERNAME for account, _ in keyring.items().values())
    assert "wants a sign-in" in refused("pull", target, PLAIN)


def test_another_host_checks_the_password_only_when_that_is_agreed(project: Path, tmp_path: Path) -> None:
    with (
        TokenServer(passwords={USERNAME: PASSWORD}) as tokens,
        RegistryServer(tmp_path / "tokens", token=tokens) as server,
    ):
        host = f"127.0.0.1:{server.port}"  # another name than that of who gives the tokens
        login = ("login", host, PLAIN, "-u", USERNAME, "--password-stdin", "--keep", "kit")
        assert f"login {host} --realm {tokens.realm}" in refused(*login, stdin=PASSWORD)
        assert not any(one.username for one in tokens.requests)
        fine(*login, "--realm", tokens.realm, stdin=PASSWORD)
        target = f"{host}/team/churn:v1"
        fine("push", "churn:v1", target, PLAIN)  # what was agreed to is kept
        fine("list", f"{host}/team/churn", PLAIN)
        fine("logout", host)
        assert "[ERROR]" in refused("push", "churn:v1", target, PLAIN)


def test_only_certificates_that_are_trusted(project: Path, tmp_path: Path) -> None:
    authority = Authority()
    ca = str(authority.write(tmp_path / "ca.pem"))
    with RegistryServer(tmp_path / "tls", identity=authority.server(), authority=authority) as server:
        target = f"{server.host}/tls/churn:v1"
        for flags in ([], ["--tls-verify"], ["--tls-verify=true"]):
            assert "certificate" in refused("push", "churn:v1", target, *flags)
        fine("push", "churn:v1", target, "--tls-cert", ca)
        fine("pull", target, "--tls-verify=false")
        assert "wants https" in refused("pull", target, PLAIN)
        assert "certificate" in refused("pull", target)  # what was said once is not kept


def test_client_certificates(golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment goes before the flags, and a certificate without its key is none, as with `kit`."""
    authority = Authority()
    ca = str(authority.write(tmp_path / "ca.pem"))
    cert, key = authority.client().write(tmp_path, "client")
    context = server_context(authority.server(), tmp_path, clients=authority)
    with OddRegistry(context=context) as odd:
        odd.add_golden(golden / "01-all-sections", "team/kit")
        pull = ("pull", f"{odd.host}/team/kit:v1", "--tls-cert", ca)
        assert "certificate" in refused(*pull)
        assert "certificate" in refused(*pull, "--cert", str(cert))
        fine(*pull, "--cert", str(cert), "--key", str(key))
        monkeypatch.setenv("KITOPS_CLIENT_CERT", str(cert))
        monkeypatch.setenv("KITOPS_CLIENT_KEY", str(key))
        fine(*pull, "--cert", "/wrong.pem", "--key", "/wrong.pem")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["login", "https://registry.example"], "is not just the host"),
        (["login", "registry.example/team"], "is not just the host"),
        (["login", "registry.example"], "there is no terminal to ask for the password"),
        (["login", "registry.example", "-u", "me", "-p", "x", "--password-stdin"], "cannot use both"),
        (["login", "registry.example", "--password-stdin"], "got empty string"),
        (["push", "churn:v1"], "registry is required when pushing"),
        (["pull", "churn:v1"], "registry is required when pulling"),
        (["pull", "registry.example/a:1,2"], "reference cannot include multiple tags"),
        (["list", "registry.example/a:1,2"], "repository cannot reference multiple tags"),
        (["pull", "registry.example/a:1", "--concurrency", "0"], "concurrency (0): must be at least 1"),
        (["pull", "registry.example/a:1", "--tls-verify", "false"], "unrecognized arguments: false"),
        (["pull", "registry.example/a:1", "--tls-verify=maybe"], "invalid boolean value"),
        (["push", "a:1", "b:1", "--no-overwrite", "--if-target", "x"], "not allowed with"),
    ],
)
def test_wrong_usage_is_said(arguments: list[str], said: str) -> None:
    assert said.lower() in refused(*arguments).lower()


def test_nothing_listens(registry: RegistryServer) -> None:
    assert "localhost:1 " in refused("pull", "localhost:1/a:1", PLAIN)
    assert "does not speak https" in refused("pull", f"{registry.host}/a:1")


def test_ctrl_c_stops_what_waits_for_the_network(golden: Path) -> None:
    silence = Rule("GET", "/blobs/", times=None, delay=600)
    with OddRegistry([silence]) as odd:
        odd.add_golden(golden / "01-all-sections", "team/kit")
        program = subprocess.Popen(
            [sys.executable, "-m", "kitops_desktop", "pull", f"{odd.host}/team/kit:v1", PLAIN],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with program:
            until(lambda: silence.met, "the request that is not answered")
            program.send_signal(signal.SIGINT)
            _, said = program.communicate(timeout=20)
        assert program.returncode == 130
        assert said.startswith("Stopped.")


def test_local_commands_load_nothing_for_the_network(tmp_path: Path) -> None:
    check = (
        "import sys; from kitops_desktop.cli.main import main; code = main(sys.argv[1:]);"
        "heavy = {'requests', 'urllib3', 'oras', 'keyring', 'cryptography', 'truststore'};"
        "loaded = heavy & set(sys.modules); sys.exit(str(loaded) if loaded else code)"
    )
    for arguments in (["list"], ["push", "--help"], ["files", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", check, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_no_secret_is_repeated(guarded: RegistryServer) -> None:
    answer = run_command(
        "pull",
        f"{guarded.host}/secret/churn:v1",
        PLAIN,
        "-vv",
        "--username",
        USERNAME,
        "--password-stdin",
        stdin=PASSWORD,
    )
    assert answer.code == 1
    assert not holds_secret(answer.out + answer.err)
