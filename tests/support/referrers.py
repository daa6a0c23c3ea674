"""Signatures and the like in registries of tests, and a registry that lists them by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from kitops_desktop.oci.descriptor import Descriptor, annotations_from_json
from kitops_desktop.oci.digest import digest_of, hex_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from support.http_server import Answer, Question
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, put_blob, put_manifest

SIGNATURE = "application/vnd.example.signature"
COMPONENTS = "application/vnd.example.sbom"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_REFERRERS = re.compile(r"/v2/(?P<name>[a-z0-9._/-]+?)/referrers/(?P<digest>[a-z0-9]+:[0-9a-f]+)")


def referring_manifest(subject: Descriptor | None, artifact_type: str, layer: bytes) -> bytes:
    """The bytes of a manifest with one layer that refers to ``subject``."""
    value = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": artifact_type,
        "config": {"mediaType": EMPTY_TYPE, "digest": digest_of(b"{}"), "size": 2},
        "layers": [{"mediaType": "text/plain", "digest": digest_of(layer), "size": len(layer)}],
        "annotations": {"made": "for a test"},
    }
    if subject is not None:
        value["subject"] = subject.to_json()
    return json.dumps(value).encode()


def describe(content: bytes, artifact_type: str | None = None) -> Descriptor:
    return Descriptor(MANIFEST_TYPE, digest_of(content), len(content), artifact_type=artifact_type)


def attach(
    server: RegistryServer, path: str, subject: Descriptor, artifact_type: str, layer: bytes
) -> Descriptor:
    """Put a referrer into a registry that lists none; it is to be listed with ``list_under_tag``."""
    content = referring_manifest(subject, artifact_type, layer)
    with server.session(path) as session:
        for blob in (b"{}", layer):
            put_blob(session, server.origin, path, digest_of(blob), blob)
        put_manifest(session, server.origin, path, digest_of(content), MANIFEST_TYPE, content)
    return describe(content, artifact_type)


def list_under_tag(
    server: RegistryServer, path: str, subject: Descriptor, entries: Sequence[Descriptor]
) -> None:
    """Write the index of the specification's tag schema."""
    value = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [one.to_json() for one in entries]}
    with server.session(path) as session:
        tag = f"sha256-{hex_of(subject.digest)}"
        put_manifest(session, server.origin, path, tag, INDEX_TYPE, json.dumps(value).encode())


def sign_as_cosign(server: RegistryServer, path: str, subject: Descriptor, layer: bytes) -> Descriptor:
    """Put a signature under cosign's tag."""
    content = referring_manifest(None, "", layer)
    with server.session(path) as session:
        for blob in (b"{}", layer):
            put_blob(session, server.origin, path, digest_of(blob), blob)
        tag = f"sha256-{hex_of(subject.digest)}.sig"
        put_manifest(session, server.origin, path, tag, MANIFEST_TYPE, content)
    return describe(content)


class ReferringRegistry(OddRegistry):
    """Lists by itself what refers to a manifest, as newer registries do; without ``lists_annotations`` as
    some do that leave those out, though the specification wants them.
    """

    lists_annotations = True

    def answer(self, question: Question) -> Answer:
        match = _REFERRERS.fullmatch(question.path)
        if match is None:
            return super().answer(question)
        manifests = []
        for digest in self.media_types:
            value = json.loads(self.blobs[digest])
            if value.get("subject", {}).get("digest") == match["digest"]:
                described = describe(self.blobs[digest], value.get("artifactType"))
                stated = annotations_from_json(value.get("annotations")) if self.lists_annotations else ()
                manifests.append(replace(described, annotations=stated).to_json())
        body = json.dumps({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": manifests}).encode()
        return Answer(200, {"Content-Type": INDEX_TYPE}, body)

    def add_referrer(self, path: str, subject: Descriptor, artifact_type: str, layer: bytes) -> Descriptor:
        """Put a referrer under its digest."""
        content = referring_manifest(subject, artifact_type, layer)
        for blob in (b"{}", layer):
            self.add_blob(blob)
        digest = self.add_manifest(path, "-", content)
        del self.tags[f"{path}:-"]
        return describe(self.blobs[digest], artifact_type)
