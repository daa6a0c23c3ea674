"""Registries as a team has them: one with a password and the company's certificate, and others."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import screenshot_kits as kits

sys.path.insert(0, str(kits.ROOT / "tests"))

from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from support.certificates import Authority, self_signed
from support.referrers import attach, list_under_tag, sign_as_cosign
from support.registry_server import RegistryServer, put_blob, put_manifest

HOST, LAB, OPEN, AWAY = "registry.example", "lab.example:8443", "localhost:5000", "archive.example"
NEW = "models.example:9443"
"""One that is not on the list yet."""
NAMES = dict.fromkeys(("registry.example", "lab.example", "models.example"), "127.0.0.1")
NAMES |= {AWAY: "127.0.0.9"}
USERNAME, PASSWORD = "mlteam", "not-for-others"
BIG = f"{HOST}/lab/speech:large-v3"
"""A kit that is only there."""
_MIB = 1 << 20
_IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json"
_IMAGE_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_CHURN = ("v1", "v2", "v3")

SPEECH = """\
manifestVersion: 1.0.0
package:
  name: speech
  version: 3.0.0
  description: Speech to text in twelve languages
  authors: [DataLab]
model:
  name: speech
  path: model
  framework: pytorch
  license: Apache-2.0
datasets:
  - name: evaluation
    path: data/evaluation
    description: An hour of each language
code:
  - path: src
    description: Inference
docs:
  - path: README.md
    description: Model card
"""


@dataclass(frozen=True)
class Registries:
    """What a window needs to know of them: the settings, and the file of the company's authority."""

    settings: dict[str, object]
    authority: Path


@contextmanager
def registries(folder: Path, home: Path) -> Iterator[Registries]:
    """Run them, filled from the store of ``home`` and by others."""
    authority = Authority("Acme Root CA")
    names = ("registry.example", "localhost")
    with ExitStack() as opened:
        main = opened.enter_context(
            RegistryServer(
                folder / "main",
                passwords={USERNAME: PASSWORD},
                identity=authority.server(names),
                authority=authority,
                port=443,
            )
        )
        lab = self_signed(("lab.example",))
        opened.enter_context(
            RegistryServer(folder / "lab", passwords={USERNAME: PASSWORD}, identity=lab, port=8443)
        )
        opened.enter_context(RegistryServer(folder / "open", port=5000))
        models = authority.server(("models.example",))
        opened.enter_context(
            RegistryServer(folder / "new", passwords={USERNAME: PASSWORD}, identity=models, port=9443)
        )
        file = authority.write(folder / "acme-root-ca.pem")
        hosts = {HOST: {"ca_file": str(file)}, LAB: {}, OPEN: {"plain_http": True}, AWAY: {}}
        _fill(main, folder, home, file)
        yield Registries({"registries": hosts}, file)


def sign_in(home: Path, bus: str) -> None:
    """Sign in to the company's registry, into the keyring of that session."""
    kits.run_command(
        home, "login", HOST, "-u", USERNAME, "--password-stdin", stdin=PASSWORD, DBUS_SESSION_BUS_ADDRESS=bus
    )


def _fill(server: RegistryServer, folder: Path, home: Path, authority: Path) -> None:
    trust = "--tls-cert", str(authority), "--username", USERNAME, "--password-stdin"

    def push(whose: Path, source: str, target: str = "") -> None:
        kits.run_command(whose, "push", source, *([target] if target else []), *trust, stdin=PASSWORD)

    for tag in _CHURN:
        push(home, f"{kits.REGISTRY}/churn:{tag}")
    for name, source in (("latest", "v3"), ("staging", "v3"), ("prod", "v2")):
        _tag(server, "acme/churn", source, name)
    push(home, f"{kits.REGISTRY}/assistant:7b-q4")
    push(home, f"{kits.REGISTRY}/bearing-faults:1.0.0")
    push(home, f"{kits.REGISTRY}/bearing-faults:1.0.0", f"{HOST}/lab/vision/defects:2024-11")
    push(home, f"{kits.REGISTRY}/bearing-faults:1.0.0", f"{HOST}/lab/vision/scratches:2025-02")
    _push_image(server, "acme/churn", "serving-1.4")
    _push_image(server, "platform/base-images/cuda", "12.4")
    _sign(server, "acme/churn", "v3")
    _push_big(folder / "colleague", push)


def _tag(server: RegistryServer, path: str, source: str, tag: str) -> None:
    content = _manifest(server, path, source)
    with server.session(path) as session:
        put_manifest(session, server.origin, path, tag, MANIFEST_TYPE, content)


def _sign(server: RegistryServer, path: str, tag: str) -> None:
    """A signature and a bill of materials for a version."""
    content = _manifest(server, path, tag)
    subject = Descriptor(MANIFEST_TYPE, digest_of(content), len(content))
    sign_as_cosign(server, path, subject, b"signed")
    bill = attach(server, path, subject, "application/spdx+json", b"{}")
    list_under_tag(server, path, subject, [bill])


def _push_image(server: RegistryServer, path: str, tag: str) -> None:
    """A container image, as stands beside models."""
    config, layer = json.dumps({"os": "linux"}).encode(), os.urandom(2 * _MIB)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _part(_IMAGE_CONFIG, config),
        "layers": [_part(_IMAGE_LAYER, layer)],
    }
    with server.session(path) as session:
        for blob in (config, layer):
            put_blob(session, server.origin, path, digest_of(blob), blob)
        put_manifest(session, server.origin, path, tag, MANIFEST_TYPE, json.dumps(manifest).encode())


def _part(media_type: str, content: bytes) -> dict[str, object]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}


def _manifest(server: RegistryServer, path: str, tag: str) -> bytes:
    with server.session(path) as session:
        answer = session.get(f"{server.origin}/v2/{path}/manifests/{tag}", headers={"Accept": MANIFEST_TYPE})
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def _push_big(home: Path, push: Callable[[Path, str], None]) -> None:
    """What a colleague pushed: a gigabyte of model, and small files around it."""
    home.mkdir()
    project = home / "speech"
    files = {
        "Kitfile": SPEECH,
        "README.md": "# Speech\n\nSpeech to text in twelve languages.\n",
        "src/transcribe.py": "print('listening')\n" * 60,
        "src/audio.py": "RATE = 16_000\n" * 40,
        "model/config.json": json.dumps({"layers": 32, "heads": 20}),
        "model/tokenizer.json": json.dumps({"vocabulary": [f"token-{n}" for n in range(20_000)]}),
    }
    files |= {f"data/evaluation/{name}.csv": "file,text\n" * 4000 for name in ("de", "en", "es", "fr", "it")}
    for name, text in files.items():
        kits.write(project / name, text.encode())
    for number in range(4):
        weights = project / f"model/model-{number + 1:05}-of-00004.safetensors"
        kits.make_weights(weights, range(number * 15, number * 15 + 15), "encoder")
    kits.run_command(home, "pack", project, "-t", BIG)
    push(home, BIG)
    shutil.rmtree(home)
