"""A registry in memory that can be told to behave oddly, request by request (``support.http_server.Rule``).

It knows enough of the distribution protocol for pushing and pulling: blobs with ranges, uploads in chunks or
at once, manifests, tags, the catalog. What real registries do is asked of a real one
(``support.registry_server``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import ssl
import threading
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import unquote

from support.http_server import Answer, HttpServer, Question, Rule

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_NAME = r"/v2/(?P<name>[a-z0-9._/-]+?)"
_BLOB = re.compile(_NAME + r"/blobs/(?P<digest>[a-z0-9]+:[0-9a-f]+)")
_UPLOAD = re.compile(_NAME + r"/blobs/uploads/(?P<session>[^/]*)")
_MANIFEST = re.compile(_NAME + r"/manifests/(?P<reference>[^/]+)")
_TAGS = re.compile(_NAME + r"/tags/list")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def basic(username: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


class OddRegistry(HttpServer):
    """``blobs`` are contents by digest, manifests among them; ``tags`` digests by "path:tag".

    With ``challenge`` (a WWW-Authenticate value) requests need an Authorization: one of ``accepted``, or any
    where that is empty. ``monolithic``: uploads must be one PUT; PATCH is answered 405.
    """

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        context: ssl.SSLContext | None = None,
        *,
        challenge: str = "",
        accepted: Sequence[str] = (),
        monolithic: bool = False,
    ) -> None:
        self.blobs: dict[str, bytes] = {}
        self.media_types: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.uploads: dict[str, bytearray] = {}
        self.challenge, self.accepted, self.monolithic = challenge, frozenset(accepted), monolithic
        self._changing = threading.Lock()
        super().__init__(rules, context)

    def add_blob(self, content: bytes) -> str:
        digest = _digest(content)
        self.blobs[digest] = content
        return digest

    def add_manifest(self, path: str, tag: str, content: bytes, media_type: str = MANIFEST_TYPE) -> str:
        """Store a manifest, whatever its bytes are, and point a tag at it; gives its digest."""
        digest = self.add_blob(content)
        self.media_types[digest] = media_type
        self.tags[f"{path}:{tag}"] = digest
        return digest

    def add_stored(self, blobs: Path, digest: str, path: str, tag: str = "v1") -> str:
        """Take a kit out of the folder ``blobs`` of an OCI layout (sha256/HEX)."""
        content = (blobs / Path(*digest.split(":"))).read_bytes()
        manifest = json.loads(content)
        for part in (manifest["config"], *(manifest["layers"] or [])):
            self.add_blob((blobs / Path(*part["digest"].split(":"))).read_bytes())
        return self.add_manifest(path, tag, content, manifest.get("mediaType") or MANIFEST_TYPE)

    def add_golden(self, case: Path, path: str, tag: str = "v1") -> str:
        """Take the first kit of a golden case (a folder of tests/data/golden); gives its digest."""
        kit = json.loads((case / "expected.json").read_text(encoding="utf-8"))["modelkits"][0]
        return self.add_stored(case / "storage" / "blobs", str(kit["manifest_digest"]), path, tag)

    def answer(self, question: Question) -> Answer:
        if self.challenge and not self._is_known(question.headers.get("Authorization", "")):
            return _error(
                401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": self.challenge}
            )
        path = unquote(question.path)
        if path == "/v2/":
            return Answer(200, {"Docker-Distribution-Api-Version": "registry/2.0"}, b"{}")
        if path == "/v2/_catalog":
            names = sorted({tag.rpartition(":")[0] for tag in self.tags})
            return _json({"repositories": names})
        for pattern, serve in (
            (_UPLOAD, self._upload),
            (_BLOB, self._blob),
            (_MANIFEST, self._manifest),
            (_TAGS, self._tags),
        ):
            match = pattern.fullmatch(path)
            if match is not None:
                # who sends takes his time, and others may end his upload meanwhile
                lasting = serve == self._upload and question.method in ("PATCH", "PUT")
                with nullcontext() if lasting else self._changing:
                    return serve(question, match)
        return _error(404, "NAME_UNKNOWN", "there is nothing here")

    def _is_known(self, authorization: str) -> bool:
        return authorization in self.accepted if self.accepted else bool(authorization)

    def _blob(self, question: Question, match: re.Match[str]) -> Answer:
        content = self.blobs.get(match["digest"])
        if content is None:
            return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        if question.method not in ("GET", "HEAD"):
            return _error(405, "UNSUPPORTED", "the operation is unsupported")
        headers = {"Docker-Content-Digest": match["digest"], "Content-Type": "application/octet-stream"}
        asked = _RANGE.fullmatch(question.headers.get("Range", ""))
        if asked is None:
            return Answer(200, headers, content)
        start, end = int(asked[1]), int(asked[2] or len(content) - 1)
        if start >= len(content):
            return Answer(416, {"Content-Range": f"bytes */{len(content)}"})
        end = min(end, len(content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        return Answer(206, headers, content[start : end + 1])

    def _upload(self, question: Question, match: re.Match[str]) -> Answer:
        session = match["session"]
        if question.method == "POST":
            return self._begin(question, match["name"])
        received = self.uploads.get(session)
        if received is None:
            return _error(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown")
        if question.method == "DELETE":
            del self.uploads[session]
            return Answer(204)
        if question.method == "GET":
            return Answer(204, self._where(match["name"], session))
        if question.method == "PATCH":
            return self._patch(question, match["name"], session)
        return self._finish(question, match["name"], session)

    def _begin(self, question: Question, name: str) -> Answer:
        mounted = question.query.get("mount", [""])[0]
        if mounted in self.blobs:
            return Answer(201, {"Location": f"/v2/{name}/blobs/{mounted}", "Docker-Content-Digest": mounted})
        session = uuid.uuid4().hex
        self.uploads[session] = bytearray()
        return Answer(202, self._where(name, session))

    def _patch(self, question: Question, name: str, session: str) -> Answer:
        if self.monolithic:
            return _error(405, "UNSUPPORTED", "no chunks here")
        begun = question.headers.get("Content-Range")
        if begun and int(begun.partition("-")[0]) != len(self.uploads[session]):
            return Answer(416, self._where(name, session))
        content = question.body.read()
        if session not in self.uploads:
            return _error(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown")
        self.uploads[session] += content
        return Answer(202, self._where(name, session))

    def _finish(self, question: Question, name: str, session: str) -> Answer:
        rest = question.body.read()
        content = bytes(self.uploads.pop(session, b"")) + rest
        digest = question.query.get("digest", [""])[0]
        if _digest(content) != digest:
            return _error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self.blobs[digest] = content
        return Answer(201, {"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": digest})

    def _where(self, name: str, session: str) -> dict[str, str]:
        end = max(len(self.uploads[session]) - 1, 0)
        return {"Location": f"/v2/{name}/blobs/uploads/{session}?_state=of-a-test", "Range": f"0-{end}"}

    def _manifest(self, question: Question, match: re.Match[str]) -> Answer:
        name, reference = match["name"], match["reference"]
        if question.method == "PUT":
            return self._put_manifest(question, name, reference)
        digest = reference if ":" in reference else self.tags.get(f"{name}:{reference}", "")
        content = self.blobs.get(digest)
        if content is None or digest not in self.media_types:
            return _error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        if question.method == "DELETE":
            return self._delete_manifest(name, reference)
        return Answer(
            200, {"Content-Type": self.media_types[digest], "Docker-Content-Digest": digest}, content
        )

    def _put_manifest(self, question: Question, name: str, reference: str) -> Answer:
        content = question.body.read()
        digest = self.add_blob(content)
        self.media_types[digest] = question.headers.get("Content-Type", "")
        if ":" not in reference:
            self.tags[f"{name}:{reference}"] = digest
        return Answer(201, {"Location": f"/v2/{name}/manifests/{digest}", "Docker-Content-Digest": digest})

    def _delete_manifest(self, name: str, reference: str) -> Answer:
        if ":" in reference:
            self.tags = {tag: digest for tag, digest in self.tags.items() if digest != reference}
            self.media_types.pop(reference, None)
        else:
            self.tags.pop(f"{name}:{reference}", None)
        return Answer(202)

    def _tags(self, _question: Question, match: re.Match[str]) -> Answer:
        name = match["name"]
        tags = [one.rpartition(":")[2] for one in self.tags if one.rpartition(":")[0] == name]
        if not tags:
            return _error(404, "NAME_UNKNOWN", "repository name not known to registry")
        return _json({"name": name, "tags": sorted(tags)})


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(value).encode())


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    return _json({"errors": [{"code": code, "message": message}]}, status, headers)
