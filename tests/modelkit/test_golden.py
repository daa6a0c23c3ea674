"""What the real kit packed is packed again: layers, config blobs and manifests byte for byte.

What differs on purpose stands in `support.differences`, with the reason.

Manifests name the version of kit that made them; the golden data gives their digests for 1.7.0, which is what
we write.
"""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kitops_desktop.kitfile.config_json import from_config_json
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack import Packed, pack
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.oci.digest import digest_of
from support.differences import GOLDEN_LAYERS
from support.directory_storage import DirectoryStorage

AS_1_7_0 = "manifest_digest_if_cli_version_were (computed, not run)"


@dataclass(frozen=True)
class Kit:
    """One ModelKit of a golden case: ``folder`` of its input was packed; ``parents`` are paths of kits it
    refers to."""

    case: str
    repository: str
    tag: str | None
    folder: str = "."
    parents: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.case}-{self.tag}"


KITS = [
    Kit("01-all-sections", "reg.example.com/team/all", "v1"),
    Kit("02-kitignore-overlap", "localhost/overlap", "1"),
    Kit("03-special-files", "localhost/special", "1"),
    Kit("04-names", "localhost/names", "1"),
    Kit("05-compression", "localhost/comp", "none"),
    Kit("06-tags-shared", "localhost/team/shared", "tmp"),
    Kit("06-tags-shared", "localhost/_", None),
    Kit("07-modelkit-reference", "localhost/ref/base", "1", "base"),
    Kit("07-modelkit-reference", "localhost/ref/child", "1", "child", ("w", "part.bin", "c.py")),
    Kit("07-modelkit-reference", "localhost/ref/grand", "1", "grandchild", ("lora", ".", "w", "part.bin")),
    Kit("08-parameters-yaml", "localhost/par", "1"),
    Kit("09-empty", "localhost/_", None, "bare"),
    Kit("09-empty", "localhost/el", "1", "emptylayer"),
]


def _expected(golden: Path, kit: Kit) -> dict[str, Any]:
    kits = json.loads((golden / kit.case / "expected.json").read_text())["modelkits"]
    found = [
        k
        for k in kits
        if k["repo"] == kit.repository and (kit.tag in k["tags"] if kit.tag else not k["tags"])
    ]
    assert len(found) == 1
    return dict(found[0])


def _plan(folder: Path, kitfile: Kitfile, parents: tuple[str, ...] = ()) -> PackPlan:
    return plan_pack(folder, kitfile, IgnoreRules.load(folder), excluded=parents)


def _assert_same(packed: Packed, storage: DirectoryStorage, expected: dict[str, Any]) -> None:
    for layer, wanted in zip(packed.layers, expected["layers"] or [], strict=True):
        assert (layer.descriptor.digest, layer.diff_id) == (wanted["digest"], wanted["diffId"])
        assert layer.descriptor.media_type == wanted["mediaType"]
        assert layer.descriptor.size == wanted["size"] == storage.path(layer.descriptor.digest).stat().st_size
    assert storage.read(packed.config.digest).decode() == expected["config_bytes_utf8"]
    wanted_text = expected["manifest_bytes_utf8"].replace('"unknown"}}', '"1.7.0"}}')
    assert packed.manifest_bytes.decode() == wanted_text
    assert packed.manifest.digest == expected[AS_1_7_0]["1.7.0"]["manifest_digest"]
    assert storage.read(packed.manifest.digest) == packed.manifest_bytes


@pytest.mark.parametrize("kit", KITS, ids=str)
def test_packs_the_same_bytes(
    kit: Kit, golden: Path, extract_input: Callable[..., Path], tmp_path: Path
) -> None:
    folder = extract_input(kit.case) / kit.folder
    kitfile = read_kitfile(find_kitfile(folder).read_text())
    plan = _plan(folder, kitfile, kit.parents)
    expected = _expected(golden, kit)
    storage = DirectoryStorage(tmp_path / "storage")
    packed = pack(plan, kitfile, storage)
    different = {layer.field: layer.added for layer in GOLDEN_LAYERS if layer.case == kit.case}
    if not different:
        _assert_same(packed, storage, expected)
        return
    for layer, wanted in zip(plan.layers, expected["layers"], strict=True):
        names = list(layer.plan.names())
        kept = [name for name in names if name not in different.get(layer.field, ())]
        assert kept == [entry["name"] for entry in wanted["entries_in_archive_order"]]
        assert len(names) - len(kept) == len(different.get(layer.field, ()))


@pytest.mark.parametrize("tag", ["v1", "v2", None, "tmp"])
def test_packs_every_state_of_a_moving_tag_from_what_was_unpacked(
    tag: str | None, golden: Path, tmp_path: Path
) -> None:
    expected = _expected(golden, Kit("06-tags-shared", "localhost/team/shared", tag))
    blobs = golden / "06-tags-shared" / "storage" / "blobs" / "sha256"
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for layer in expected["layers"]:
        subprocess.run(["tar", "-xpf", blobs / layer["digest"][7:], "-C", folder], check=True)
    kitfile = from_config_json(expected["config_bytes_utf8"].encode())
    storage = DirectoryStorage(tmp_path / "storage")
    _assert_same(pack(_plan(folder, kitfile), kitfile, storage), storage, expected)


UNCOMPRESS: dict[Compression, Callable[[bytes], bytes]] = {
    Compression.GZIP: gzip.decompress,
    Compression.GZIP_FASTEST: gzip.decompress,
    Compression.ZSTD: lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
}


@pytest.mark.parametrize("compression", UNCOMPRESS)
def test_compressed_layers_hold_the_same_archive(
    compression: Compression, golden: Path, extract_input: Callable[..., Path], tmp_path: Path
) -> None:
    folder = extract_input("05-compression")
    kitfile = read_kitfile(find_kitfile(folder).read_text())
    storage = DirectoryStorage(tmp_path / "storage")
    packed = pack(_plan(folder, kitfile), kitfile, storage, compression=compression)
    plain = _expected(golden, Kit("05-compression", "localhost/comp", "none"))["layers"]
    for layer, wanted in zip(packed.layers, plain, strict=True):
        assert layer.diff_id == wanted["diffId"]
        assert layer.descriptor.media_type == wanted["mediaType"] + compression.suffix
        content = storage.read(layer.descriptor.digest)
        assert len(content) == layer.descriptor.size
        assert UNCOMPRESS[compression](content)[257:262] == b"ustar"
        assert digest_of(UNCOMPRESS[compression](content)) == layer.diff_id
    again = pack(
        _plan(folder, kitfile), kitfile, DirectoryStorage(tmp_path / "other"), compression=compression
    )
    assert again.manifest == packed.manifest


def test_gzip_has_the_header_that_kit_writes(
    golden: Path, extract_input: Callable[..., Path], tmp_path: Path
) -> None:
    folder = extract_input("05-compression")
    kitfile = read_kitfile(find_kitfile(folder).read_text())
    storage = DirectoryStorage(tmp_path / "storage")
    packed = pack(_plan(folder, kitfile), kitfile, storage, compression=Compression.GZIP)
    theirs = _expected(golden, Kit("05-compression", "localhost/comp", "gzip"))["layers"][0]["digest"]
    blob = (golden / "05-compression" / "storage" / "blobs" / "sha256" / theirs[7:]).read_bytes()
    assert storage.read(packed.layers[0].descriptor.digest)[:10] == blob[:10]
