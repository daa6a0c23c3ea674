"""What a bad registry gets: one table. Each row is done on the command line and in a window.

As in test_bad_input.py every row says what happened, why, what was kept and what to do next, and nothing
half-written is left. The servers are asked what they saw: how often a password was tried, and where it went.
"""

from __future__ import annotations

import base64
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication

from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork
from kitops_desktop.jobs.pull_job import PullWork
from kitops_desktop.jobs.push_job import PushWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.registry import connection
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.workspace import open_workspace
from support.certificates import Authority, self_signed, server_context
from support.connect_proxy import ConnectProxy
from support.faces import Said, command_line, window
from support.http_server import Rule
from support.kit_commands import run_command
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.planted import OTHER_PASSWORD, PASSWORD, SECRETS, USERNAME
from support.registry_server import RegistryServer, push_golden, put_blob, put_manifest
from support.stored_kits import add_kit
from support.token_server import TokenServer

GOLDEN = Path(__file__).parent / "data" / "golden" / "01-all-sections"
Work = PushWork | PullWork | UnpackWork | DeleteRemoteWork
PLAIN = HostOptions(plain_http=True)
MIB = 1 << 20
HOUR = 3600
_T = TypeVar("_T")


@dataclass
class Scene:
    """One row being played. ``afterwards`` are checks of what the servers saw."""

    root: Path
    target: Path
    home: Path
    servers: ExitStack
    authority: Authority = field(default_factory=Authority)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    hurry: dict[str, float] = field(default_factory=dict)
    """Time limits of kitops_desktop.registry.connection that nobody wants to wait for."""

    def opened(self, server: AbstractContextManager[_T]) -> _T:
        return self.servers.enter_context(server)

    def registry(self, *, options: HostOptions = PLAIN, **more: object) -> RegistryServer:
        """A real registry, entered in the settings."""
        server = self.opened(RegistryServer(self.root / "registry", **more))  # type: ignore[arg-type]
        self.settle(server.host, options)
        return server

    def odd(self, *rules: Rule, **more: object) -> OddRegistry:
        """An odd registry with a kit in it (team/kit:v1), entered in the settings."""
        server = self.opened(OddRegistry(rules, **more))  # type: ignore[arg-type]
        server.add_golden(GOLDEN, "team/kit")
        self.settle(server.host, PLAIN)
        return server

    def settle(self, host: str, options: HostOptions) -> None:
        workspace = open_workspace()
        workspace.save_registry(host, options)
        workspace.close()

    def trusting(self) -> HostOptions:
        """Options with the authority's file."""
        return HostOptions(ca_file=str(self.authority.write(self.root / "authority.pem")))

    def signed_in(self, host: str, password: str = PASSWORD) -> None:
        """Have Docker's file hold a sign-in."""
        folder = Path(os.environ["HOME"]) / ".docker"
        folder.mkdir(exist_ok=True)
        secret = base64.b64encode(f"{USERNAME}:{password}".encode()).decode()
        (folder / "config.json").write_text(json.dumps({"auths": {host: {"auth": secret}}}))

    def push(self, host: str, *, expected: str | None = None) -> PushWork:
        """Push a small kit of the store as team/kit:v1."""
        add_kit(LocalStore(self.home), "localhost/kit", ["v1"], b"weights" * 1000)
        return PushWork("kit:v1", f"{host}/team/kit:v1", expected)


@dataclass(frozen=True)
class Row:
    """``texts`` are fragments of title, reason, what was kept, and next step."""

    name: str
    arrange: Callable[[Scene], Work]
    texts: tuple[str, ...]


# Signing in ------------------------------------------------------------------------------------------------


def wrong_password_for_a_token(scene: Scene) -> Work:
    tokens = scene.opened(TokenServer())
    server = scene.registry(token=tokens)
    scene.signed_in(server.host, OTHER_PASSWORD)

    def tried_once() -> None:
        assert [one.how for one in tokens.requests if one.username] == ["basic"]
        assert tokens.refused == 1

    scene.afterwards.append(tried_once)
    return scene.push(server.host)


def wrong_password(scene: Scene) -> Work:
    """Seen from a proxy, which knows what was sent."""
    server = scene.opened(RegistryServer(scene.root / "registry", passwords={USERNAME: PASSWORD}))
    front = scene.opened(LoggingProxy(server.port))
    scene.settle(front.host, PLAIN)
    scene.signed_in(front.host, OTHER_PASSWORD)
    scene.afterwards.append(lambda: _equal(len(front.authorizations()), 1))
    return PullWork(f"{front.host}/team/kit:v1")


def not_signed_in(scene: Scene) -> Work:
    server = scene.registry(passwords={USERNAME: PASSWORD})
    return PullWork(f"{server.host}/team/kit:v1")


def no_rights(scene: Scene) -> Work:
    tokens = scene.opened(TokenServer(allowed={USERNAME: frozenset({"pull"})}))
    server = scene.registry(token=tokens)
    scene.signed_in(server.host)
    scene.afterwards.append(lambda: _equal(server.blobs(), set()))
    return scene.push(server.host)


def password_in_the_clear(scene: Scene) -> Work:
    """The registry is not on this computer, so the password would be seen on the way."""
    server = scene.opened(OddRegistry(challenge='Basic realm="x"'))
    proxy = scene.opened(ConnectProxy({"registry.example.com": server.port}))
    scene.settle("registry.example.com", HostOptions(plain_http=True, proxy=proxy.url))
    scene.signed_in("registry.example.com")
    scene.afterwards.append(lambda: _equal(server.authorizations(), []))
    return PullWork("registry.example.com/team/kit:v1")


def foreign_realm(scene: Scene) -> Work:
    """The challenge names somebody else's token server."""
    foreign = scene.opened(TokenServer())
    realm = foreign.realm.replace("localhost", "127.0.0.1")
    server = scene.odd(challenge=f'Bearer realm="{realm}",service="registry"')
    scene.signed_in(server.host)
    scene.afterwards.append(lambda: _equal(foreign.authorizations(), []))
    return PullWork(f"{server.host}/team/kit:v1")


# The way there ---------------------------------------------------------------------------------------------


def away(scene: Scene) -> Work:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return PullWork(f"localhost:{taken.getsockname()[1]}/team/kit:v1")


def no_such_name(scene: Scene) -> Work:
    return PullWork("registry.invalid/team/kit:v1")


def slow(scene: Scene) -> Work:
    """It takes the connection and then says nothing."""
    silent = scene.opened(socket.create_server(("127.0.0.1", 0)))
    scene.hurry["HANDSHAKE_SECONDS"] = 0.3
    return PullWork(f"localhost:{silent.getsockname()[1]}/team/kit:v1")


def http_on_https(scene: Scene) -> Work:
    server = scene.registry(options=HostOptions())
    scene.signed_in(server.host)
    return PullWork(f"{server.host}/team/kit:v1")


def https_on_http(scene: Scene) -> Work:
    server = scene.registry(identity=scene.authority.server())
    scene.signed_in(server.host)
    return PullWork(f"{server.host}/team/kit:v1")


def unknown_issuer(scene: Scene) -> Work:
    server = scene.registry(identity=scene.authority.server(), options=HostOptions())
    scene.signed_in(server.host)
    scene.afterwards.append(lambda: _equal(server.exchanges, []))
    return PullWork(f"{server.host}/team/kit:v1")


def self_signed_certificate(scene: Scene) -> Work:
    server = scene.registry(identity=self_signed(), options=HostOptions())
    return PullWork(f"{server.host}/team/kit:v1")


def expired(scene: Scene) -> Work:
    server = scene.registry(identity=scene.authority.expired_server(), options=scene.trusting())
    return PullWork(f"{server.host}/team/kit:v1")


def not_valid_yet(scene: Scene) -> Work:
    server = scene.registry(identity=scene.authority.future_server(), options=scene.trusting())
    return PullWork(f"{server.host}/team/kit:v1")


def wrong_host(scene: Scene) -> Work:
    server = scene.registry(identity=scene.authority.wrong_host_server(), options=scene.trusting())
    return PullWork(f"{server.host}/team/kit:v1")


def changed_certificate(scene: Scene) -> Work:
    """One certificate was looked at and trusted; another comes."""
    options = HostOptions(pinned=self_signed().sha256)
    server = scene.registry(identity=self_signed(), options=options)
    scene.signed_in(server.host)
    scene.afterwards.append(lambda: _equal(server.exchanges, []))
    return PullWork(f"{server.host}/team/kit:v1")


def client_certificate(scene: Scene) -> Work:
    server = scene.opened(RegistryServer(scene.root / "registry"))
    context = server_context(scene.authority.server(), scene.root / "front", clients=scene.authority)
    front = scene.opened(LoggingProxy(server.port, context=context))
    scene.settle(front.host, scene.trusting())
    return PullWork(f"{front.host}/team/kit:v1")


# What it answers -------------------------------------------------------------------------------------------


def rate_limit(scene: Scene) -> Work:
    server = scene.odd(Rule(status=429, headers={"Retry-After": str(HOUR)}, times=None))
    scene.afterwards.append(lambda: _equal(server.count(), 1))
    return PullWork(f"{server.host}/team/kit:v1")


def web_page(scene: Scene) -> Work:
    page = b"<!doctype html><title>Welcome</title>"
    server = scene.odd(Rule(status=200, headers={"Content-Type": "text/html"}, body=page, times=None))
    return PullWork(f"{server.host}/team/kit:v1")


def missing_tag(scene: Scene) -> Work:
    server = scene.registry()
    push_golden(server, GOLDEN, "team/kit")
    return PullWork(f"{server.host}/team/kit:v2")


def tag_taken(scene: Scene) -> Work:
    server = scene.registry()
    digest = push_golden(server, GOLDEN, "team/kit")
    scene.afterwards.append(lambda: _equal(_digest_of_tag(server), digest))
    return scene.push(server.host, expected="")


def tag_moved(scene: Scene) -> Work:
    server = scene.registry()
    digest = push_golden(server, GOLDEN, "team/kit")
    scene.afterwards.append(lambda: _equal(_digest_of_tag(server), digest))
    return scene.push(server.host, expected=f"sha256:{'0' * 64}")


def not_a_modelkit(scene: Scene) -> Work:
    server = scene.registry()
    config = b"{}"
    digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    image = {
        "schemaVersion": 2,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": 2},
        "layers": [],
    }
    with server.session() as session:
        put_blob(session, server.origin, "team/kit", digest, config)
        media_type = "application/vnd.oci.image.manifest.v1+json"
        put_manifest(session, server.origin, "team/kit", "v1", media_type, json.dumps(image).encode())
    return PullWork(f"{server.host}/team/kit:v1")


def manifest_not_its_digest(scene: Scene) -> Work:
    server = scene.odd(Rule("GET", "/manifests/", flip=1, times=None))
    return PullWork(f"{server.host}/team/kit:v1")


def huge_manifest(scene: Scene) -> Work:
    server = scene.odd()
    server.add_manifest("team/kit", "big", b'{"schemaVersion":2,"x":"' + b"x" * (20 * MIB) + b'"}')
    return PullWork(f"{server.host}/team/kit:big")


def corrupt_bytes(scene: Scene) -> Work:
    server = scene.odd(Rule("GET", "/blobs/", flip=600, times=None))
    return PullWork(f"{server.host}/team/kit:v1")


def corrupt_bytes_unpacked(scene: Scene) -> Work:
    server = scene.odd(Rule("GET", "/blobs/", flip=600, times=None))
    return UnpackWork(f"{server.host}/team/kit:v1", scene.target, source="remote")


def lost_blob(scene: Scene) -> Work:
    server = scene.odd()
    manifest = json.loads(server.blobs[server.tags["team/kit:v1"]])
    del server.blobs[manifest["layers"][0]["digest"]]
    return PullWork(f"{server.host}/team/kit:v1")


def read_only(scene: Scene) -> Work:
    server = scene.registry(read_only=True)
    return scene.push(server.host)


def no_deleting(scene: Scene) -> Work:
    server = scene.registry(delete=False)
    push_golden(server, GOLDEN, "team/kit")
    return DeleteRemoteWork(f"{server.host}/team/kit:v1", "version")


ROWS = (
    Row(
        "wrong password for a token",
        wrong_password_for_a_token,
        (
            "refused the sign-in",
            f"The user name {USERNAME} or its password is wrong",
            "tried once",
            "Sign in again",
        ),
    ),
    Row(
        "wrong password",
        wrong_password,
        (
            "refused the sign-in",
            f"The user name {USERNAME} or its password is wrong",
            "tried once",
            "Sign in again",
        ),
    ),
    Row(
        "not signed in",
        not_signed_in,
        ("wants a sign-in", "Sign in to the registry"),
    ),
    Row(
        "no rights",
        no_rights,
        ("does not allow that", f"{USERNAME} may not push to team/kit", "ask its owner for the right"),
    ),
    Row(
        "password in the clear",
        password_in_the_clear,
        ("Your password is not sent to", "everybody on the way could read it", "No password was sent"),
    ),
    Row(
        "foreign realm",
        foreign_realm,
        ("asks for the password to be sent elsewhere", "127.0.0.1", "No password was sent", "Sign in"),
    ),
    Row("away", away, ("does not answer", "Connection refused", "See that the registry runs")),
    Row(
        "no such name",
        no_such_name,
        ("There is no computer called registry.invalid", "Check the spelling of the registry"),
    ),
    Row("slow", slow, ("takes too long to answer", "Try again in a while")),
    Row(
        "http on https",
        http_on_https,
        ("does not speak https", "answered without encryption", "No password was sent", "--plain-http"),
    ),
    Row(
        "https on http",
        https_on_http,
        ("wants https", "spoken to with plain http", "No password was sent", "leave out --plain-http"),
    ),
    Row(
        "unknown issuer",
        unknown_issuer,
        (
            "is signed by an authority this computer does not know",
            "No password was sent",
            "Give the certificate file of that authority",
        ),
    ),
    Row(
        "self-signed certificate",
        self_signed_certificate,
        ("is signed by itself", "No password was sent", "Compare its fingerprint"),
    ),
    Row(
        "expired certificate",
        expired,
        ("has expired", "Check the clock of this computer", "must renew the certificate"),
    ),
    Row("certificate of the future", not_valid_yet, ("is not valid yet", "Check the clock")),
    Row(
        "certificate of another host",
        wrong_host,
        ("belongs to another name", "Use the name that is in the certificate"),
    ),
    Row(
        "changed certificate",
        changed_certificate,
        ("shows another certificate than the one you trusted", "Ask whoever runs the registry"),
    ),
    Row(
        "no client certificate",
        client_certificate,
        ("wants a certificate from you", "None was shown", "--cert and --key"),
    ),
    Row(
        "rate limit",
        rate_limit,
        ("wants a pause", "takes more in 60 minutes ("),
    ),
    Row(
        "web page",
        web_page,
        ("does not answer as a registry does", "It shows a web page instead", "See that its name is right"),
    ),
    Row(
        "missing tag",
        missing_tag,
        ("The registry has no such ModelKit", "team/kit:v2", "Nothing was changed", "Look at the"),
    ),
    Row(
        "tag taken",
        tag_taken,
        ("There is a kit of that name already", "sha256:", "The tag was not moved", "Choose another tag"),
    ),
    Row(
        "tag moved",
        tag_moved,
        ("The tag means something else by now", "was to be sha256:0000", "was not moved", "decide again"),
    ),
    Row("not a ModelKit", not_a_modelkit, ("This is not a ModelKit", "Nothing was changed")),
    Row("manifest not matching its digest", manifest_not_its_digest, ("damaged or was tampered with",)),
    Row(
        "huge manifest",
        huge_manifest,
        ("is larger than it may be", "at most 4.0 MiB are read", "Nothing was changed", "Ask whoever"),
    ),
    Row(
        "corrupt bytes",
        corrupt_bytes,
        ("damaged or was tampered with", "has in fact the digest", "Do not use this copy"),
    ),
    Row(
        "corrupt bytes unpacked",
        corrupt_bytes_unpacked,
        ("damaged or was tampered with", "has in fact the digest", "Do not use this copy"),
    ),
    Row(
        "lost blob",
        lost_blob,
        ("The registry has lost a part of the kit", "sha256:", "push it again"),
    ),
    Row("read-only registry", read_only, ("does not offer that", "push to team/kit", "Nothing was changed")),
    Row("deleting switched off", no_deleting, ("does not offer that", "Nothing was changed")),
)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as servers:
        yield Scene(tmp_path, tmp_path / "target", Path(os.environ["KITOPS_HOME"]), servers)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_on_the_command_line(row: Row, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    work = row.arrange(scene)
    for name, seconds in scene.hurry.items():
        monkeypatch.setattr(connection, name, seconds)
    check(row, scene, command_line(arguments_of(work)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_in_the_window(row: Row, scene: Scene, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    work = row.arrange(scene)
    for name, seconds in scene.hurry.items():
        monkeypatch.setattr(connection, name, seconds)
    check(row, scene, window(qapp, work))


def check(row: Row, scene: Scene, said: Said) -> None:
    """The whole of what a row promises."""
    assert said.failed, said.written
    for text in row.texts:
        assert text in said.text
    assert not [secret for secret in SECRETS if secret in said.written]
    for is_right in scene.afterwards:
        is_right()
    assert_nothing_half_written(scene)


@pytest.mark.parametrize("kind", ["basic", "token"])
def test_login_tries_a_wrong_password_once(scene: Scene, kind: str) -> None:
    tokens = scene.opened(TokenServer())
    guard = {"token": tokens} if kind == "token" else {"passwords": {USERNAME: PASSWORD}}
    server = scene.opened(RegistryServer(scene.root / "registry", **guard))  # type: ignore[arg-type]
    front = scene.opened(LoggingProxy(server.port))
    scene.settle(front.host, PLAIN)
    words = ("login", front.host, "-u", USERNAME, "--password-stdin")
    answer = run_command(*words, stdin=OTHER_PASSWORD)
    assert answer.code == 1
    assert "refused the sign-in" in answer.err
    assert OTHER_PASSWORD not in answer.out + answer.err
    assert len([*tokens.authorizations(), *front.authorizations()]) == 1
    assert run_command("login", front.host, "--keep", "session", *words[2:], stdin=PASSWORD).code == 0


def test_a_redirect_gets_no_authorization(scene: Scene) -> None:
    """As registries do that keep their blobs in the storage of a cloud."""
    storage = scene.opened(OddRegistry())
    storage.add_golden(GOLDEN, "team/kit")
    server = scene.odd(challenge='Basic realm="x"')
    for digest in storage.blobs:
        there = f"{storage.origin.replace('localhost', '127.0.0.1')}/v2/team/kit/blobs/{digest}"
        rule = Rule("GET", f"/blobs/{digest}", status=307, headers={"Location": there}, times=None)
        server.rules.append(rule)
    scene.signed_in(server.host)
    said = command_line(arguments_of(PullWork(f"{server.host}/team/kit:v1")))
    assert not said.failed, said.written
    assert storage.count("GET", "/blobs/") > 0
    assert storage.authorizations() == []
    assert server.authorizations() != []


def test_a_foreign_location_gets_no_authorization(scene: Scene) -> None:
    """The registry says that uploads go to another host; what happens there is that host's affair."""
    storage = scene.opened(OddRegistry())
    storage.uploads["x"] = bytearray()
    there = storage.origin.replace("localhost", "127.0.0.1")
    server = scene.odd(challenge='Basic realm="x"')
    location = {"Location": f"{there}/v2/team/kit/blobs/uploads/x"}
    server.rules.append(Rule("POST", "/uploads/", status=202, headers=location, times=None))
    scene.signed_in(server.host)
    command_line(arguments_of(scene.push(server.host)))
    assert storage.authorizations() == []


def arguments_of(work: Work) -> list[str]:
    """The command line that does the same."""
    if isinstance(work, PushWork):
        agreed = {None: [], "": ["--no-overwrite"]}.get(work.expected, ["--if-target", str(work.expected)])
        return ["push", work.source, work.target, *agreed]
    if isinstance(work, DeleteRemoteWork):
        return ["remove", "--remote", "--force", work.reference]
    if isinstance(work, UnpackWork):
        return ["unpack", work.reference, "-d", str(work.target)]
    return ["pull", work.reference]


def assert_nothing_half_written(scene: Scene) -> None:
    """No partial file, no new kit, nothing in the target but the Kitfile, which comes before the layers."""
    partial = scene.home / "kitops-desktop" / "partial"
    assert not partial.exists() or not list(partial.iterdir())
    assert not scene.target.exists() or {path.name for path in scene.target.iterdir()} <= {"Kitfile"}
    store = LocalStore(scene.home)
    assert {kit.repository for kit in store.listing().kits} <= {"localhost/kit"}
    assert store.verify().damage == ()


def _digest_of_tag(server: RegistryServer) -> str:
    accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
    with server.session() as session:
        answer = session.head(f"{server.origin}/v2/team/kit/manifests/v1", headers=accept, timeout=30)
    return str(answer.headers["Docker-Content-Digest"])


def _equal(found: object, wanted: object) -> None:
    assert found == wanted
