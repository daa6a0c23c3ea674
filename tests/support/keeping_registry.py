"""A small registry, written from the distribution specification, that keeps uploads to the byte.

All it knows is in a folder, so it may be killed and started again: an upload goes on at the byte up to which
it came, be it in the middle of a chunk. Blobs belong to repositories, as the specification has it. It runs as
a process of its own (``KeepingRegistry``); tests put a ``LoggingProxy`` in front of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from support.http_server import Answer, CutOff, HttpServer, Question

TESTS = Path(__file__).parents[1]
_PATHS = f"{TESTS.parent}{os.pathsep}{TESTS}"
_NAME = r"/v2/(?P<name>[a-z0-9._/-]+?)"
_BLOB = re.compile(_NAME + r"/blobs/sha256:(?P<hex>[0-9a-f]{64})")
_UPLOAD = re.compile(_NAME + r"/blobs/uploads/(?P<session>[0-9a-f]*)")
_MANIFEST = re.compile(_NAME + r"/manifests/(?P<reference>[^/]+)")
_TAGS = re.compile(_NAME + r"/tags/list")
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_READ = 1 << 16
_LONGEST_TURN = 0.5


class KeepingRegistry:
    """The process; its data stay in ``folder``. Leaving its context ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    def start(self) -> None:
        """Start it, where it was before."""
        environment = {**os.environ, "PYTHONPATH": _PATHS}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.keeping_registry", str(self.folder), str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.strip().isdecimal(), "the registry did not start"
        self.port = int(said)

    def stop(self) -> None:
        """End it at once, as when the power goes."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def blobs(self) -> set[str]:
        """Digests of all blobs, those of manifests among them."""
        return {f"sha256:{path.name}" for path in (self.folder / "blobs").iterdir()}

    def blob_path(self, digest: str) -> Path:
        return self.folder / "blobs" / digest.partition(":")[2]

    def uploads(self) -> dict[str, int]:
        """The uploads that were begun and not ended, and how many bytes each has."""
        return {path.name: path.stat().st_size for path in (self.folder / "uploads").iterdir()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Turns:
    """The requests of one upload, one after the other. What still comes of a connection that broke is taken
    first; but nobody waits long for one that brings nothing any more: it has lost its turn.
    """

    def __init__(self) -> None:
        self.current = 0
        self.writing = threading.Lock()
        self._busy = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        free = self._busy.acquire(timeout=_LONGEST_TURN)
        with self.writing:
            self.current += 1
        try:
            yield
        finally:
            if free:
                self._busy.release()


class _Registry(HttpServer):
    """What runs in the process."""

    def __init__(self, folder: Path, port: int) -> None:
        self._blobs, self._uploads = folder / "blobs", folder / "uploads"
        self._repositories = folder / "repositories"
        for path in (self._blobs, self._uploads, self._repositories):
            path.mkdir(parents=True, exist_ok=True)
        self._sessions: dict[str, _Turns] = defaultdict(_Turns)
        super().__init__(port=port)

    def answer(self, question: Question) -> Answer:
        path = unquote(question.path)
        if path == "/v2/":
            return _json({})
        for pattern, serve in (
            (_UPLOAD, self._upload),
            (_BLOB, self._blob),
            (_MANIFEST, self._manifest),
            (_TAGS, self._tags),
        ):
            match = pattern.fullmatch(path)
            if match is not None:
                return serve(question, match)
        return _error(404, "NAME_UNKNOWN")

    def _blob(self, question: Question, match: re.Match[str]) -> Answer:
        if question.method not in ("GET", "HEAD"):
            return _error(405, "UNSUPPORTED")
        path = self._blobs / match["hex"]
        if not self._links(match["name"]).joinpath(match["hex"]).exists():
            return _error(404, "BLOB_UNKNOWN")
        size = path.stat().st_size
        headers = {
            "Docker-Content-Digest": f"sha256:{match['hex']}",
            "Content-Type": "application/octet-stream",
        }
        asked = _RANGE.fullmatch(question.headers.get("Range", ""))
        if asked is None:
            return Answer(200, headers, _parts(path, 0, size), size)
        start, end = int(asked[1]), int(asked[2]) + 1
        if start >= size or end > size:
            return Answer(416, {"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return Answer(206, headers, _parts(path, start, end), end - start)

    def _upload(self, question: Question, match: re.Match[str]) -> Answer:
        name, session = match["name"], match["session"]
        if question.method == "POST":
            return self._begin(question, name)
        path = self._uploads / session
        methods: dict[str, Callable[[Question, str, Path], Answer]] = {
            "GET": self._status,
            "DELETE": self._give_up,
            "PATCH": self._patch,
            "PUT": self._finish,
        }
        if not session or question.method not in methods:
            return _error(405, "UNSUPPORTED")
        with self._sessions[session].turn():
            if not path.exists():
                return _error(404, "BLOB_UPLOAD_UNKNOWN")
            return methods[question.method](question, name, path)

    def _begin(self, question: Question, name: str) -> Answer:
        mounted = question.query.get("mount", [""])[0].partition(":")[2]
        lender = question.query.get("from", [""])[0]
        if mounted and lender and self._links(lender).joinpath(mounted).exists():
            return self._created(name, mounted)
        session = self._uploads / secrets.token_hex(16)
        session.touch()
        return Answer(202, _where(name, session))

    def _status(self, _question: Question, name: str, session: Path) -> Answer:
        return Answer(204, _where(name, session))

    def _give_up(self, _question: Question, _name: str, session: Path) -> Answer:
        session.unlink()
        return Answer(204)

    def _patch(self, question: Question, name: str, session: Path) -> Answer:
        begun = question.headers.get("Content-Range", "")
        if begun and int(begun.partition("-")[0]) != session.stat().st_size:
            return Answer(416, _where(name, session))
        self._append(session, question)
        return Answer(202, _where(name, session))

    def _finish(self, question: Question, name: str, session: Path) -> Answer:
        self._append(session, question)
        with session.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if question.query.get("digest") != [f"sha256:{found}"]:
            return _error(400, "DIGEST_INVALID")
        session.replace(self._blobs / found)
        return self._created(name, found)

    def _append(self, session: Path, question: Question) -> None:
        """What has come is kept, also when no more does."""
        turns = self._sessions[session.name]
        mine = turns.current
        with session.open("ab", buffering=0) as file:
            while content := question.body.read(_READ):
                with turns.writing:
                    if turns.current != mine:
                        raise CutOff
                    file.write(content)

    def _created(self, name: str, hexadecimal: str) -> Answer:
        links = self._links(name)
        links.mkdir(parents=True, exist_ok=True)
        (links / hexadecimal).touch()
        digest = f"sha256:{hexadecimal}"
        return Answer(201, {"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": digest})

    def _manifest(self, question: Question, match: re.Match[str]) -> Answer:
        name, reference = match["name"], match["reference"]
        if question.method == "PUT":
            return self._put_manifest(question, name, reference)
        folder = self._repositories / name / "manifests"
        if question.method == "DELETE":
            (folder / reference).unlink(missing_ok=True)
            return Answer(202)
        try:
            known = json.loads((folder / reference).read_bytes())
        except FileNotFoundError:
            return _error(404, "MANIFEST_UNKNOWN")
        content = (self._blobs / known["digest"].partition(":")[2]).read_bytes()
        return Answer(200, {"Content-Type": known["type"], "Docker-Content-Digest": known["digest"]}, content)

    def _put_manifest(self, question: Question, name: str, reference: str) -> Answer:
        content = question.body.read()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if ":" in reference and reference != digest:
            return _error(400, "DIGEST_INVALID")
        parts = json.loads(content)
        for part in (parts.get("config"), *(parts.get("layers") or ())):
            if part and not self._links(name).joinpath(part["digest"].partition(":")[2]).exists():
                return _error(404, "MANIFEST_BLOB_UNKNOWN")
        (self._blobs / digest.partition(":")[2]).write_bytes(content)
        folder = self._repositories / name / "manifests"
        folder.mkdir(parents=True, exist_ok=True)
        known = json.dumps({"digest": digest, "type": question.headers.get("Content-Type", "")})
        for known_as in {reference, digest}:
            (folder / known_as).write_text(known)
        return Answer(201, {"Location": f"/v2/{name}/manifests/{digest}", "Docker-Content-Digest": digest})

    def _tags(self, _question: Question, match: re.Match[str]) -> Answer:
        folder = self._repositories / match["name"] / "manifests"
        if not folder.is_dir():
            return _error(404, "NAME_UNKNOWN")
        names = (path.name for path in folder.iterdir())
        return _json({"name": match["name"], "tags": sorted(name for name in names if ":" not in name)})

    def _links(self, name: str) -> Path:
        """The folder with an empty file for each blob a repository has."""
        return self._repositories / name / "blobs"


def _where(name: str, session: Path) -> dict[str, str]:
    size = session.stat().st_size
    return {
        "Location": f"/v2/{name}/blobs/uploads/{session.name}?_state={size:x}",
        "Range": f"0-{max(size - 1, 0)}",
    }


def _parts(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (content := file.read(min(_READ, end - start))):
            start += len(content)
            yield content


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(value).encode())


def _error(status: int, code: str) -> Answer:
    return _json({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]}, status)


def main(folder: str, port: str) -> None:
    """Serve until standard input ends."""
    with _Registry(Path(folder), int(port)) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
