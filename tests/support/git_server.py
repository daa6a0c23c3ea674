"""git over http, as GitHub and others have it: repositories with branches, tags, and large files in LFS."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path

from support.http_server import Answer, HttpServer, Question, Rule

_BATCH = "/info/lfs/objects/batch"
_OBJECTS = "/large/"
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "team",
    "GIT_AUTHOR_EMAIL": "team@example.com",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "team",
    "GIT_COMMITTER_EMAIL": "team@example.com",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


class GitServer(HttpServer):
    """Serves the repositories below ``folder``; with a ``secret`` only to who has that as password.

    ``large`` are the contents of large files, by their sha256. Where they are is this server's own origin.
    """

    def __init__(self, folder: Path, *, secret: str = "", rules: Iterable[Rule] = ()) -> None:
        self.folder, self.secret = folder, secret
        self.path = os.environ["PATH"]
        """Where this server finds its programs, whatever a test makes of it meanwhile."""
        self.large: dict[str, bytes] = {}
        super().__init__(rules)

    def repository(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        large: Mapping[str, bytes] | None = None,
        links: Mapping[str, str] | None = None,
    ) -> str:
        """Make a repository, or one more commit of it on its first branch; gives the commit's id."""
        bare, tree = self.folder / f"{name}.git", self.folder / name
        if not bare.exists():
            bare.mkdir(parents=True)
            tree.mkdir(parents=True)
            self.git(name, "init", "--quiet", "--initial-branch=trunk")
            self.git(name, "config", "uploadpack.allowAnySHA1InWant", "true")
        given = dict(files)
        for path, content in (large or {}).items():
            given[path] = self._pointer(content)
        if large:
            given[".gitattributes"] = b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
        for path, content in given.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(content)
        for path, target in (links or {}).items():
            (tree / path).symlink_to(target)
        self.git(name, "add", "--all", "--force")
        self.git(name, "commit", "--quiet", "--message", "Files")
        return self.git(name, "rev-parse", "HEAD")

    def git(self, name: str, *arguments: str) -> str:
        """What git says to that in a repository."""
        done = subprocess.run(
            ["git", *arguments],
            env={
                **_others(),
                **_ENVIRONMENT,
                "PATH": self.path,
                "GIT_DIR": str(self.folder / f"{name}.git"),
                "GIT_WORK_TREE": str(self.folder / name),
            },
            cwd=self.folder / name,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def address(self, name: str) -> str:
        return f"{self.origin}/{name}.git"

    def answer(self, question: Question) -> Answer:
        if self.secret and not question.path.startswith(_OBJECTS) and _password(question) != self.secret:
            return Answer(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": 'Basic realm="git"'})
        if question.path.endswith(_BATCH):
            return self._batch(question)
        if question.path.startswith(_OBJECTS):
            content = self.large.get(question.path.removeprefix(_OBJECTS))
            return Answer(HTTPStatus.NOT_FOUND) if content is None else Answer(body=content)
        return self._from_git(question)

    def _pointer(self, content: bytes) -> bytes:
        oid = hashlib.sha256(content).hexdigest()
        self.large[oid] = content
        version = "version https://git-lfs.github.com/spec/v1"
        return f"{version}\noid sha256:{oid}\nsize {len(content)}\n".encode()

    def _batch(self, question: Question) -> Answer:
        asked = json.loads(question.body.read())
        objects = [
            {
                "oid": one["oid"],
                "size": one["size"],
                "actions": {"download": {"href": f"{self.origin}{_OBJECTS}{one['oid']}"}},
            }
            for one in asked["objects"]
        ]
        content = json.dumps({"transfer": "basic", "objects": objects}).encode()
        return Answer(headers={"Content-Type": "application/vnd.git-lfs+json"}, body=content)

    def _from_git(self, question: Question) -> Answer:
        """As git's own program for web servers answers."""
        done = subprocess.run(
            ["git", "http-backend"],
            input=question.body.read(),
            env={
                **_others(),
                **_ENVIRONMENT,
                "PATH": self.path,
                "GIT_PROJECT_ROOT": str(self.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": question.method,
                "PATH_INFO": question.path,
                "QUERY_STRING": question.url.partition("?")[2],
                "CONTENT_TYPE": question.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": question.headers.get("Content-Length", "0"),
                "HTTP_CONTENT_ENCODING": question.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": question.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            },
            capture_output=True,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Answer(int(headers.pop("Status", "200").split()[0]), headers, body)


def _others() -> dict[str, str]:
    """What a test says to git in its environment is for the git that it tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def _password(question: Question) -> str:
    given = question.headers.get("Authorization", "")
    try:
        return base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
