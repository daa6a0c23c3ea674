"""ModelKits made to do harm, each with one thing wrong, and what is said of it.

They are served by ``support.odd_registry``; the blobs of some are far larger than their bytes
(``HugeBlob``). What is wrong with archives alone is in ``support.hostile_archives`` too.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kitops_desktop.modelkit.media_types import CONFIG_TYPE
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE
from support.archives import END, GNU, archive, file, header, long_name, padded, pax, record
from support.odd_registry import OddRegistry

KIT = "application/vnd.kitops.modelkit"
CODE, DOCS, MODEL = f"{KIT}.code.v1.tar", f"{KIT}.docs.v1.tar", f"{KIT}.model.v1.tar"
README = b"# Fine\n"
_MOST_AT_ONCE = 64 << 20

DAMAGED = ("A layer cannot be read", "The layer was made so, or is damaged")
TOO_LARGE = ("A layer holds more than it may", "Do not trust this kit until")
UNSAFE = ("The kit has an entry that may not be unpacked", "Do not trust this kit until its maker")
BAD_MANIFEST = ("The manifest of the kit cannot be read", "Pack or get the kit again")
TAMPERED = ("A part of the kit is damaged or was tampered with", "Do not use this copy")


class HugeBlob:
    """A blob of ``size`` bytes that are zero but for its beginning. Has ``len`` and slices, as bytes."""

    def __init__(self, beginning: bytes, size: int) -> None:
        self._beginning, self._size = beginning, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        assert stop - start <= _MOST_AT_ONCE, "too much is read at once"
        return self._beginning[start:stop].ljust(max(stop - start, 0), b"\0")


@dataclass(frozen=True)
class HostileLayer:
    """A layer beside a good one. ``listed`` is the reason that `files` gives, "" where it lists the layer;
    ``refused`` that of unpacking, with the title and the next step of ``kind``."""

    name: str
    content: bytes | HugeBlob
    listed: str
    refused: str
    kind: tuple[str, str] = DAMAGED
    media_type: str = CODE
    size: int | None = None
    """What the descriptor says, where that is not the size of the content."""
    served: bytes | None = None
    """What the registry gives instead of the content that the digest stands for."""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class HostileManifest:
    """A kit of which nothing can be had. ``manifest`` and ``config`` replace the good ones' keys or bytes."""

    name: str
    reason: str
    kind: tuple[str, str] = BAD_MANIFEST
    manifest: Mapping[str, Any] | bytes = field(default_factory=dict)
    config: bytes | None = None
    media_type: str = MANIFEST_TYPE

    def __str__(self) -> str:
        return self.name


def serve_layer(registry: OddRegistry, path: str, hostile: HostileLayer) -> None:
    """Put a kit of the hostile layer and a README into the registry, tagged v1."""
    bad = descriptor(registry, hostile.content, hostile.media_type, hostile.size)
    if hostile.served is not None:
        registry.blobs[bad["digest"]] = hostile.served
    good = descriptor(registry, archive(file(b"README.md", README)), DOCS)
    config = {"manifestVersion": "1.0.0", "code": [{"path": "bad"}], "docs": [{"path": "README.md"}]}
    serve(registry, path, config, [bad, good])


def serve_file(registry: OddRegistry, path: str, name: str, content: bytes | HugeBlob) -> None:
    """Put a kit with this file and a harmless one into the registry, tagged v1."""
    before = header(name.encode(), b"\x80" + len(content).to_bytes(11, "big"), magic=GNU)
    blob: bytes | HugeBlob
    if isinstance(content, HugeBlob):
        whole = len(before) + len(content) + -len(content) % 512
        blob = HugeBlob(before + content[0 : 1 << 20], whole + len(END))
    else:
        blob = before + padded(content) + END
    parts = [
        descriptor(registry, blob, MODEL),
        descriptor(registry, archive(file(b"fine.md", README)), DOCS),
    ]
    config = {"manifestVersion": "1.0.0", "model": {"path": name}, "docs": [{"path": "fine.md"}]}
    serve(registry, path, config, parts)


def serve_manifest(registry: OddRegistry, path: str, hostile: HostileManifest) -> None:
    """Put a kit whose manifest or config is wrong into the registry, tagged v1."""
    layer = descriptor(registry, archive(file(b"README.md", README)), DOCS)
    config = hostile.config or b'{"manifestVersion":"1.0.0","docs":[{"path":"README.md"}]}'
    good = manifest_of(descriptor(registry, config, CONFIG_TYPE), [layer])
    changed = hostile.manifest
    content = changed if isinstance(changed, bytes) else json.dumps({**good, **changed}).encode()
    registry.add_manifest(path, "v1", content, hostile.media_type)


def serve(registry: OddRegistry, path: str, config: object, layers: Sequence[Mapping[str, Any]]) -> None:
    described = descriptor(registry, json.dumps(config).encode(), CONFIG_TYPE)
    registry.add_manifest(path, "v1", json.dumps(manifest_of(described, layers)).encode())


def manifest_of(config: Mapping[str, Any], layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"schemaVersion": 2, "mediaType": MANIFEST_TYPE, "config": config, "layers": list(layers)}


def descriptor(
    registry: OddRegistry, content: bytes | HugeBlob, media_type: str, size: int | None = None
) -> dict[str, Any]:
    """Store a blob and describe it; a huge one gets the digest of its beginning."""
    if isinstance(content, HugeBlob):
        digest = digest_of(content[0 : 1 << 20])
        registry.blobs[digest] = content  # type: ignore[assignment]  # read by slices alone
    else:
        digest = digest_of(content)
        registry.add_blob(content)
    return {"mediaType": media_type, "digest": digest, "size": len(content) if size is None else size}


def _unsafe(name: str, reason: str, *entries: bytes) -> HostileLayer:
    return HostileLayer(name, archive(*entries), "", reason, UNSAFE)


def _damaged(name: str, reason: str, content: bytes) -> HostileLayer:
    return HostileLayer(name, content, reason, reason)


def _binary(size: int) -> bytes:
    """GNU's field for sizes beyond eight gigabytes."""
    return b"\x80" + size.to_bytes(11, "big")


def _many_pax_headers() -> bytes:
    """Forty times 900 KiB of keys, none like another, before the first entry: it all counts for that."""
    parts = []
    for number in range(40):
        content = record(b"k%d" % number, bytes(900 << 10))
        parts.append(header(b"x", len(content), b"x") + padded(content))
    return gzip.compress(archive(*parts, file(b"x")), 1)


_GZIP, _ZSTD = f"{CODE}+gzip", f"{CODE}+zstd"
_FINE = archive(file(b"fine"))
_OTHER_SIZE = "KiB instead of"
_WIDE_ZSTD = b"\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00"
"""A frame that asks for a window of terabytes."""

LAYERS: tuple[HostileLayer, ...] = (
    _damaged("size of exabytes", "ends in the middle of a file", header(b"x", _binary(1 << 62)) + END),
    _damaged("size beyond all numbers", "number out of range", archive(header(b"x", b"\x80" + b"\x7f" * 11))),
    _damaged("size below zero", "number out of range", archive(header(b"x", b"\xff" * 12))),
    _damaged("size that is no octal", "number that is none", archive(header(b"x", b"00000000009\0"))),
    _damaged("size larger than the layer", "ends in the middle", header(b"x", b"77777777777\0") + END),
    _damaged("pax size of many digits", "size that is none", archive(pax({b"size": b"9" * 99}), file(b"x"))),
    HostileLayer(
        "pax headers without end",
        _many_pax_headers(),
        "more than 16 extended headers",
        "more than 16 extended headers",
        TOO_LARGE,
        _GZIP,
    ),
    HostileLayer(
        "long name of gigabytes",
        header(b"././@LongLink", _binary(2 << 30), b"L") + END,
        "extended header has 2,147,483,648 bytes",
        "extended header has 2,147,483,648 bytes",
        TOO_LARGE,
    ),
    _unsafe("sparse file", "unknown type", header(b"x", kind=b"S", magic=GNU)),
    _damaged("sparse file of pax", "sparse", archive(pax({b"GNU.sparse.major": b"1"}), file(b"x"))),
    _unsafe("absolute name", "its path is absolute", file(b"/outside")),
    _unsafe("name upwards", "its path leads upwards", file(b"../outside")),
    _unsafe("name of a drive", "absolute on Windows", file(b"C:\\outside")),
    _unsafe("name of a share", "absolute on Windows", file(b"\\\\host\\share\\outside")),
    _unsafe("name with a zero byte", "zero byte", pax({b"path": b"in\0side"}), file(b"x")),
    _unsafe("name of 300 bytes", "more than 255 bytes", long_name(b"n" * 300), file(b"x")),
    _unsafe("a thousand folders", "more than 128 folders", long_name(b"d/" * 1000 + b"x"), file(b"x")),
    HostileLayer("one name twice", archive(file(b"same"), file(b"./same", b"other")), "", "same", UNSAFE),
    HostileLayer("file below a file", archive(file(b"a"), file(b"a/b")), "", "a/b", UNSAFE),
    _unsafe(
        "links in a circle",
        "symbolic link",
        header(b"a", kind=b"2", link=b"b"),
        header(b"b", kind=b"2", link=b"a"),
    ),
    _unsafe("hard link out", "it is a link", header(b"a", kind=b"1", link=b"/etc/passwd")),
    _unsafe("through a link", "symbolic link", header(b"a", kind=b"2", link=b".."), file(b"a/outside")),
    _unsafe("device", "device", header(b"null", kind=b"3")),
    _damaged("cut in a header", "middle of a header", file(b"a") + header(b"b")[:300]),
    _damaged("cut in a file", "middle of a file", header(b"a", 4096) + bytes(100)),
    _damaged("without an end", "without the mark of its end", file(b"a")),
    _damaged("wrong checksum", "wrong checksum", archive(header(b"a", checksum=b"000001\0 "))),
    _damaged("no archive", "not one of a tar archive", b"PK\3\4" + bytes(range(256)) * 8),
    _damaged("empty", "without the mark of its end", b""),
    HostileLayer("gzip that is none", _FINE, "compressed content", "compressed content", media_type=_GZIP),
    HostileLayer(
        "gzip cut off",
        gzip.compress(_FINE)[:-12],
        "compressed content",
        "compressed content",
        media_type=_GZIP,
    ),
    HostileLayer(
        "zstd of terabytes", _WIDE_ZSTD, "compressed content", "compressed content", media_type=_ZSTD
    ),
    HostileLayer(
        "longer than it says", _FINE + bytes(4096), _OTHER_SIZE, _OTHER_SIZE, TAMPERED, size=len(_FINE)
    ),
    HostileLayer("shorter than it says", _FINE, _OTHER_SIZE, _OTHER_SIZE, TAMPERED, size=len(_FINE) + 4096),
    HostileLayer(
        "other bytes than its digest",
        _FINE,
        "",
        "has in fact the digest",
        TAMPERED,
        served=archive(file(b"fine", b"not fine")[:512] + padded(b"evil")),
    ),
)

_ZEROS = "sha256:" + "0" * 64


def _descriptor(**changes: object) -> dict[str, object]:
    return {"mediaType": CODE, "digest": _ZEROS, "size": 5, **changes}


MANIFESTS: tuple[HostileManifest, ...] = (
    HostileManifest("no JSON", "not JSON", manifest=b"<html>hello</html>"),
    HostileManifest("nested JSON", "not JSON", manifest=b'{"a":' * 100_000),
    HostileManifest("JSON that is a list", "not a JSON object", manifest=b"[1, 2]"),
    HostileManifest("schema of the past", "schemaVersion", manifest={"schemaVersion": 1}),
    HostileManifest("layers by the ten thousands", "at most 10,000", manifest={"layers": [{}] * 20_000}),
    HostileManifest(
        "layers by the million",
        "at most",
        ("larger than it may be", "no accident"),
        manifest=b'{"schemaVersion":2,"layers":[' + b"{}," * 2_000_000 + b"{}]}",
    ),
    HostileManifest("layer of negative size", "no valid size", manifest={"layers": [_descriptor(size=-1)]}),
    HostileManifest("layer of yottabytes", "no valid size", manifest={"layers": [_descriptor(size=1 << 80)]}),
    HostileManifest("layer of half a byte", "no valid size", manifest={"layers": [_descriptor(size=0.5)]}),
    HostileManifest(
        "digest that is a path", "no valid digest", manifest={"layers": [_descriptor(digest="../../x")]}
    ),
    HostileManifest("layers of texts", "not an object", manifest={"layers": ["a"]}),
    HostileManifest("config that is a text", "not an object", manifest={"config": "a"}),
    HostileManifest(
        "config that is not there",
        "",
        ("The registry has lost a part of the kit", "push it again"),
        manifest={"config": _descriptor(mediaType=CONFIG_TYPE)},
    ),
    HostileManifest(
        "config of gigabytes",
        "at most",
        ("larger than it may be", "no accident"),
        manifest={"config": _descriptor(mediaType=CONFIG_TYPE, size=4 << 30)},
    ),
    HostileManifest(
        "config that is an image's",
        "but it is",
        ("This is not a ModelKit", "Check the reference"),
        manifest={"config": _descriptor(mediaType="application/vnd.oci.image.config.v1+json")},
    ),
    HostileManifest(
        "index of itself",
        "but it is",
        ("This is not a ModelKit", "Check the reference"),
        manifest={"manifests": [_descriptor(mediaType=INDEX_TYPE)]},
        media_type=INDEX_TYPE,
    ),
    HostileManifest("config nested", "nested too deep", config=b'{"model":' * 100_000),
    HostileManifest(
        "config nested in parameters",
        "too deep",
        config=b'{"model":{"parameters":' + b"[" * 900 + b"]" * 900 + b"}}",
    ),
    HostileManifest("config with a huge number", "out of range", config=b'{"model":{"parameters":1e999}}'),
    HostileManifest("config with no number", "no JSON", config=b'{"model":{"parameters":NaN}}'),
    HostileManifest("config of wrong types", "annot unmarshal", config=b'{"model":[1,2]}'),
    HostileManifest("config that is a list", "annot unmarshal", config=b"[]"),
    HostileManifest("config of no text", "no JSON", config=b"\xff\xfe\x00"),
    HostileManifest(
        "config that names another layer",
        "do not match",
        config=json.dumps({"docs": [{"path": "a", "digest": _ZEROS}]}).encode(),
    ),
)
