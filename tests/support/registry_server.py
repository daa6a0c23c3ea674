"""Real registries: `docker-registry` processes on free ports, each with a folder of its own."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import signal
import ssl
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

import bcrypt
import requests

from support.certificates import Authority, Identity
from support.programs import require_program
from support.waiting import DEADLINE, until

_LISTENING = re.compile(r"listening on (?:127\.0\.0\.1|\[::\]|localhost):(\d+)")
_ACCESS = re.compile(r'\] "(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d+) (?P<bytes>\d+) ')
_ROUNDS = 4  # of bcrypt: the fewest there are, for speed
_SECONDS = 30.0


class TokenRealm(Protocol):
    """What a registry must know of who issues its tokens (``support.token_server`` has one)."""

    @property
    def realm(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def identity(self) -> Identity: ...
    def token_for(self, *scopes: str) -> str: ...


@dataclass(frozen=True)
class Exchange:
    """One request as the registry saw it; ``bytes`` is the size of the body it sent."""

    method: str
    path: str
    status: int
    bytes: int


class RegistryServer:
    """A running registry; leaving its context ends it. Its data stay in ``folder`` and can be served again.

    Everybody may do everything, unless there are ``passwords`` (user name -> password) or a ``token`` realm.
    With ``identity`` it speaks https. ``port`` 0 is any free one. Deleting is allowed unless ``delete`` is
    off. One that is ``elsewhere`` takes no time of the processors that others want, as if it ran on another
    computer. ``program`` is another one than docker-registry, such as ``distribution_3`` finds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        passwords: Mapping[str, str] | None = None,
        token: TokenRealm | None = None,
        identity: Identity | None = None,
        authority: Authority | None = None,
        delete: bool = True,
        read_only: bool = False,
        port: int = 0,
        elsewhere: bool = False,
        program: str = "",
    ) -> None:
        program = program or require_program("docker-registry")
        self.folder, self.identity, self.authority = folder, identity, authority
        self._passwords, self._token = dict(passwords or {}), token
        self._lines: list[str] = []
        self._listens = threading.Event()
        self._markers = 0
        configuration = self._configuration(delete, read_only, port)
        path = folder / "config.yml"
        path.write_text(json.dumps(configuration), encoding="utf-8")
        self._process = subprocess.Popen(
            [*(["nice", "-n", "19"] if elsewhere else []), program, "serve", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert self._process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        if not self._listens.wait(DEADLINE) or not self.port:
            self.close()
            raise AssertionError(f"{program} did not start:\n{self.output}")

    port = 0

    @property
    def host(self) -> str:
        """As in a reference: ``localhost:PORT``."""
        return f"localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"{'https' if self.identity else 'http'}://{self.host}"

    @property
    def output(self) -> str:
        """What it has written so far."""
        return "\n".join(self._lines)

    @property
    def exchanges(self) -> list[Exchange]:
        """All requests that were answered before this was asked, oldest first."""
        self._markers += 1
        marker = f"/v2/marker-{self._markers}"
        ask(self.host, marker, tls=self.identity is not None)
        until(lambda: any(f" {marker} " in line for line in self._lines), "the registry's log")
        found = [_ACCESS.search(line) for line in list(self._lines)]
        return [
            Exchange(match["method"], match["path"], int(match["status"]), int(match["bytes"]))
            for match in found
            if match is not None and not match["path"].startswith("/v2/marker-")
        ]

    def count(self, method: str, pattern: str = "") -> int:
        """How many requests of a method had a path in which ``pattern`` is found."""
        return sum(one.method == method and bool(re.search(pattern, one.path)) for one in self.exchanges)

    def blobs(self) -> set[str]:
        """Digests of all blobs that are completely there, those of manifests among them."""
        found = self.folder.glob("data/docker/registry/v2/blobs/sha256/*/*/data")
        return {f"sha256:{path.parent.name}" for path in found}

    def blob_path(self, digest: str) -> Path:
        """The file that holds a blob, for those who want to damage it."""
        hexadecimal = digest.partition(":")[2]
        return self.folder / "data/docker/registry/v2/blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"

    def session(self, path: str = "") -> requests.Session:
        """For plain requests of a test about a repository: signed in, trusting the registry's certificate."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.folder / "server.pem") if self.identity else True
        if self.authority is not None:
            session.verify = str(self.authority.write(self.folder / "authority.pem"))
        if self._passwords:
            session.auth = next(iter(self._passwords.items()))
        if self._token is not None:
            token = self._token.token_for(f"repository:{path}:pull,push,delete")
            session.headers["Authorization"] = f"Bearer {token}"
        return session

    def stop(self) -> None:
        """End it at once, as when the power goes."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.stop()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.append(line.rstrip("\n"))
            match = None if self.port else _LISTENING.search(line)
            if match is not None:
                self.port = int(match[1])
                self._listens.set()
        self._listens.set()

    def _configuration(self, delete: bool, read_only: bool, port: int) -> dict[str, Any]:
        self.folder.mkdir(parents=True, exist_ok=True)
        maintenance: dict[str, Any] = {"uploadpurging": {"enabled": False}}
        maintenance["readonly"] = {"enabled": read_only}
        http: dict[str, Any] = {"addr": f"127.0.0.1:{port}", "relativeurls": True, "secret": "of a test"}
        if self.identity is not None:
            certificate, key = self.identity.write(self.folder, "server")
            http["tls"] = {"certificate": str(certificate), "key": str(key)}
        made: dict[str, Any] = {
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {
                "filesystem": {"rootdirectory": str(self.folder / "data")},
                "delete": {"enabled": delete},
                "maintenance": maintenance,
            },
            "http": http,
        }
        if self._passwords:
            path = self.folder / "htpasswd"
            path.write_text("".join(htpasswd_lines(self._passwords)), encoding="utf-8")
            made["auth"] = {"htpasswd": {"realm": "kitops-desktop test", "path": str(path)}}
        token = self._token
        if token is not None:
            bundle, _ = token.identity.write(self.folder, "token")
            made["auth"] = {
                "token": {
                    "realm": token.realm,
                    "service": token.service,
                    "issuer": token.issuer,
                    "rootcertbundle": str(bundle),
                }
            }
        return made


def distribution_3() -> str:
    """The path of a ``registry`` of version 3, which keeps uploads to the byte; "" where there is none."""
    path = shutil.which("registry")
    if path is None:
        return ""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=_SECONDS)
    return path if re.search(r"distribution\S* v?3\.", said.stdout) else ""


def ask(host: str, path: str, *, tls: bool) -> int:
    """The status of a GET that believes any certificate."""
    name, _, port = host.partition(":")
    connection = http.client.HTTPConnection(name, int(port), timeout=_SECONDS)
    if tls:
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(name, int(port), timeout=_SECONDS, context=context)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def htpasswd_lines(passwords: Mapping[str, str]) -> list[str]:
    """Lines of an htpasswd file; the registry takes bcrypt only."""
    return [
        f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(_ROUNDS)).decode()}\n"
        for name, password in passwords.items()
    ]


def put_blob(session: requests.Session, origin: str, path: str, digest: str, content: bytes) -> None:
    """Upload a blob with plain requests."""
    started = session.post(f"{origin}/v2/{path}/blobs/uploads/", timeout=_SECONDS)
    assert started.status_code == 202, started.text
    location = requests.compat.urljoin(started.url, started.headers["Location"])
    joint = "&" if "?" in location else "?"
    stored = session.put(f"{location}{joint}digest={digest}", data=content, timeout=_SECONDS)
    assert stored.status_code == 201, stored.text


def put_manifest(
    session: requests.Session, origin: str, path: str, tag: str, media_type: str, content: bytes
) -> str:
    """Store a manifest under a tag (or its digest) with plain requests; gives its digest."""
    headers = {"Content-Type": media_type}
    url = f"{origin}/v2/{path}/manifests/{tag}"
    stored = session.put(url, data=content, headers=headers, timeout=_SECONDS)
    assert stored.status_code == 201, stored.text
    return str(stored.headers["Docker-Content-Digest"])


def push_golden(server: RegistryServer, case: Path, path: str, tags: Sequence[str] = ("v1",)) -> str:
    """Fill a repository with the kit of a golden case; gives the manifest's digest.

    ``case`` is a folder of tests/data/golden. Where it has several kits, its first is taken.
    """
    kit = json.loads((case / "expected.json").read_text(encoding="utf-8"))["modelkits"][0]
    return push_stored(server, case / "storage" / "blobs", str(kit["manifest_digest"]), path, tags)


def push_stored(
    server: RegistryServer, blobs: Path, digest: str, path: str, tags: Sequence[str] = ("v1",)
) -> str:
    """Fill a repository from the folder ``blobs`` of an OCI layout (sha256/HEX)."""
    content = _blob(blobs, digest)
    manifest = json.loads(content)
    media_type = manifest.get("mediaType") or "application/vnd.oci.image.manifest.v1+json"
    with server.session(path) as session:
        for part in (manifest["config"], *(manifest["layers"] or [])):
            put_blob(session, server.origin, path, part["digest"], _blob(blobs, part["digest"]))
        for tag in tags:
            put_manifest(session, server.origin, path, tag, media_type, content)
    return digest


def _blob(blobs: Path, digest: str) -> bytes:
    return (blobs / Path(*digest.split(":"))).read_bytes()
