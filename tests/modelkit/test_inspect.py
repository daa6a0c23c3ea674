"""Which layer is which entry of the Kitfile, in kits of all ages, and what is no kit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import (
    BlobNotFound,
    ContentTooLarge,
    DigestMismatch,
    InvalidManifest,
    KitOpsError,
    NotAModelKit,
)
from kitops_desktop.kitfile.config_json import to_config_json
from kitops_desktop.kitfile.kitfile import (
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    McpServer,
    Model,
    ModelPart,
    Prompt,
)
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.media_types import CONFIG_TYPE, MODELPACK_CONFIG_TYPE, LayerKind
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import INDEX_TYPE, MANIFEST_TYPE, MAX_MANIFEST_BYTES
from support.archives import archive, file
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit, put, store_kit

KIT = "application/vnd.kitops.modelkit"
PACK = "application/vnd.cncf.model"
PROMPT = {"ml.kitops.modelkit.layer-subtype": "prompt"}
PATH = "org.cncf.model.filepath"


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def layer(name: str, media_type: str = CODE_TAR, **annotations: str) -> MadeLayer:
    return MadeLayer(archive(file(name.encode())), media_type, annotations)


def fields(kit: ModelKit) -> list[tuple[str, str, str]]:
    return [(str(found.kind), found.field, found.path) for found in kit.layers]


def golden_kits(golden: Path) -> list[tuple[str, dict[str, Any]]]:
    return [
        (case.name, kit)
        for case in sorted(golden.glob("0*"))
        for kit in json.loads((case / "expected.json").read_text())["modelkits"]
    ]


class Blobs(DirectoryStorage):
    """A store that `kit` wrote, read only."""

    def __init__(self, storage: Path) -> None:
        self.blobs = storage / "blobs" / "sha256"

    def path(self, digest: str) -> Path:
        return self.blobs / digest.removeprefix("sha256:")


def test_every_kit_that_kit_made_is_read(golden: Path) -> None:
    kits = golden_kits(golden)
    assert len(kits) > 12
    for case, wanted in kits:
        fetcher = Blobs(golden / case / "storage")
        digest, size = wanted["manifest_digest"], wanted["manifest_size"]
        kit = load_kit(fetcher, Descriptor(MANIFEST_TYPE, Digest(digest), size))
        assert kit.config_bytes.decode() == wanted["config_bytes_utf8"]
        assert kit.manifest_bytes.decode() == wanted["manifest_bytes_utf8"]
        assert [(found.descriptor.digest, found.diff_id) for found in kit.layers] == [
            (expected["digest"], expected["diffId"]) for expected in wanted["layers"] or []
        ]
        assert all(found.field and not found.folder for found in kit.layers)


def test_layers_go_with_entries_by_their_place_within_the_kind(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(
        model=Model("m", "m.bin", parts=(ModelPart("p", "p.bin"),)),
        code=(CodeEntry("src"), CodeEntry("lib")),
        datasets=(Dataset("far", "far.csv", remote_path="s3://bucket/far"), Dataset("d", "d.csv")),
        docs=(DocsEntry("README.md"),),
        prompts=(Prompt("ask", "ask.md"),),
        mcp_servers=(McpServer("tools", "tools.mcpb"),),
    )
    made = [
        layer("src"),
        layer("ask.md", **PROMPT),
        layer("d.csv", f"{KIT}.dataset.v1.tar"),
        layer("m.bin", f"{KIT}.model.v1.tar+gzip"),
        layer("lib"),
        layer("p.bin", f"{KIT}.modelpart.v1.tar+zstd"),
        layer("README.md", f"{KIT}.docs.v1.tar"),
        layer("tools", f"{KIT}.mcpb.v1.raw"),
    ]
    kit = make_kit(storage, kitfile, made, with_digests=False)
    assert fields(kit) == [
        ("code", "code[0]", "src"),
        ("prompt", "prompts[0]", "ask.md"),
        ("dataset", "datasets[1]", "d.csv"),
        ("model", "model", "m.bin"),
        ("code", "code[1]", "lib"),
        ("modelpart", "model.parts[0]", "p.bin"),
        ("docs", "docs[0]", "README.md"),
        ("mcpserver", "mcpServers[0]", "tools.mcpb"),
    ]


def test_layers_without_an_entry_and_of_unknown_type_are_shown(storage: DirectoryStorage) -> None:
    made = [layer("src"), layer("more", **{PATH: "more"}), layer("odd", "application/vnd.example.odd")]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("src"),)), made)
    assert fields(kit) == [("code", "code[0]", "src"), ("code", "", "more"), ("None", "", "")]
    assert kit.layers[2].format is None
    assert kit.layers[2].label == made[2].descriptor.digest


def test_digests_in_the_config_must_be_those_of_the_layers(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(code=(CodeEntry("src", digest=digest_of(b"other")),))
    with pytest.raises(InvalidManifest, match="digest in config and manifest do not match in code"):
        store_kit(storage, CONFIG_TYPE, to_config_json(kitfile), [layer("src")])


@pytest.mark.parametrize(
    ("path", "folder"), [("a/b/c", "a/b"), ("a", ""), ("./a/b/", "a"), (".", ""), ("../x/y", "../x")]
)
def test_kits_without_digests_begin_at_the_folder_of_the_entry(
    storage: DirectoryStorage, path: str, folder: str
) -> None:
    kit = make_kit(storage, Kitfile(code=(CodeEntry(path),)), [layer("x")], with_digests=False)
    assert kit.layers[0].folder == folder


def test_diff_ids_come_from_the_config_or_are_the_digest(storage: DirectoryStorage) -> None:
    gzip_layer = layer("x", f"{KIT}.code.v1.tar+gzip")
    kitfile = Kitfile(code=(CodeEntry("x"), CodeEntry("y")))
    kit = make_kit(storage, kitfile, [gzip_layer, layer("y")], with_digests=False)
    assert [found.diff_id for found in kit.layers] == ["", layer("y").descriptor.digest]
    known = replace(kitfile.code[0], digest=gzip_layer.descriptor.digest, diff_id=digest_of(b"the archive"))
    kit = store_kit(storage, CONFIG_TYPE, to_config_json(Kitfile(code=(known,))), [gzip_layer])
    assert kit.layers[0].diff_id == digest_of(b"the archive")


@pytest.mark.parametrize(
    ("config_type", "artifact_type"),
    [
        (CONFIG_TYPE, None),
        (CONFIG_TYPE, "application/vnd.kitops.modelkit.manifest.v1+json"),
        ("application/vnd.oci.empty.v1+json", "application/vnd.kitops.modelkit.manifest.v1+json"),
    ],
)
def test_a_kit_is_known_by_its_artifact_type_or_its_config(
    storage: DirectoryStorage, config_type: str, artifact_type: str | None
) -> None:
    config = to_config_json(Kitfile(code=(CodeEntry("src"),)))
    kit = store_kit(storage, config_type, config, [layer("src")], artifact_type=artifact_type)
    assert kit.kitfile.code[0].path == "src"


@pytest.mark.parametrize(
    ("config_type", "artifact_type"),
    [
        ("application/vnd.oci.image.config.v1+json", None),
        ("application/vnd.oci.image.config.v1+json", "application/vnd.example"),
        ("application/vnd.docker.container.image.v1+json", None),
    ],
)
def test_other_artifacts_are_no_kits(
    storage: DirectoryStorage, config_type: str, artifact_type: str | None
) -> None:
    with pytest.raises(NotAModelKit) as caught:
        store_kit(storage, config_type, b"{}", [], artifact_type=artifact_type)
    assert caught.value.media_type == (artifact_type or config_type)


def test_an_index_is_no_kit(storage: DirectoryStorage) -> None:
    stored = put(storage, b'{"schemaVersion":2,"manifests":[]}')
    with pytest.raises(NotAModelKit):
        load_kit(storage, Descriptor(INDEX_TYPE, stored.digest, stored.size), "reg/index:1")


CONFIG: dict[str, Any] = {
    "descriptor": {
        "name": "llama",
        "version": "3",
        "authors": ["MLTeam"],
        "licenses": ["MIT", "Apache-2.0"],
        "description": "Talks",
    },
    "modelfs": {"type": "layers", "diffIds": []},
    "config": {"architecture": "transformer", "format": "gguf"},
}


def test_model_packs_carry_the_kitfile_of_kit(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(
        "1.0.0",
        model=Model("m", "m.bin", parts=(ModelPart("t", "t.json"),)),
        docs=(DocsEntry("README.md"),),
        prompts=(Prompt("ask", "ask.md"),),
    )
    made = [
        layer("m.bin", f"{PACK}.weight.v1.tar"),
        layer("t.json", f"{PACK}.weight.config.v1.tar"),
        layer("README.md", f"{PACK}.doc.v1.tar+gzip"),
        layer("ask.md", f"{PACK}.code.v1.tar", **PROMPT),
    ]
    ids = [digest_of(bytes([number])) for number in range(4)]
    config = json.dumps(CONFIG | {"modelfs": {"type": "layers", "diffIds": ids}}).encode()
    kit = store_kit(
        storage,
        MODELPACK_CONFIG_TYPE,
        config,
        made,
        annotations={"ml.kitops.modelkit.kitfile": to_config_json(kitfile).decode()},
        artifact_type="application/vnd.cncf.model.manifest.v1+json",
    )
    assert kit.kitfile == kitfile
    assert [found.field for found in kit.layers] == ["model", "model.parts[0]", "docs[0]", "prompts[0]"]
    assert [found.diff_id for found in kit.layers] == ids
    assert not any(found.folder for found in kit.layers)


def test_model_packs_of_others_get_a_kitfile_from_their_paths(storage: DirectoryStorage) -> None:
    made = [
        layer("w", f"{PACK}.weight.v1.raw", **{PATH: "weights/one.gguf"}),
        layer("v", f"{PACK}.weight.v1.raw", **{PATH: "weights/two.gguf"}),
        layer("c", f"{PACK}.weight.config.v1.raw", **{PATH: "config.json"}),
        layer("d", f"{PACK}.dataset.v1.tar", **{PATH: "data"}),
        layer("r", f"{PACK}.doc.v1.raw", **{PATH: "README.md"}),
    ]
    kit = store_kit(storage, MODELPACK_CONFIG_TYPE, json.dumps(CONFIG).encode(), made)
    model = kit.kitfile.model
    assert model is not None
    assert (model.path, model.format, model.framework) == ("weights/one.gguf", "gguf", "transformer")
    assert [part.path for part in model.parts] == ["weights/two.gguf", "config.json"]
    assert [data.path for data in kit.kitfile.datasets] == ["data"]
    assert kit.kitfile.package.name == "llama"
    assert kit.kitfile.package.authors == ("MLTeam",)
    assert [found.path for found in kit.layers] == [dict(one.annotations)[PATH] for one in made]
    assert {found.kind for found in kit.layers} >= {LayerKind.MODEL, LayerKind.DATASET, LayerKind.DOCS}


@pytest.mark.parametrize(
    "config", [b"{}", b'{"descriptor":7,"modelfs":{"diffIds":"x"},"config":[]}', b"null"]
)
def test_model_packs_with_odd_configs_are_read(storage: DirectoryStorage, config: bytes) -> None:
    kit = store_kit(storage, MODELPACK_CONFIG_TYPE, config, [layer("w", f"{PACK}.weight.v1.raw")])
    assert kit.kitfile.package.name == ""
    assert len(kit.layers) == 1


def _stored_manifest(storage: DirectoryStorage, content: bytes) -> Descriptor:
    stored = put(storage, content)
    return Descriptor(MANIFEST_TYPE, stored.digest, stored.size)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"schemaVersion":1}',
        b'{"schemaVersion":2}',
        b'{"schemaVersion":2,"config":{"size":1}}',
    ],
)
def test_manifests_that_cannot_be_read(storage: DirectoryStorage, content: bytes) -> None:
    with pytest.raises(InvalidManifest):
        load_kit(storage, _stored_manifest(storage, content))


@pytest.mark.parametrize("config", [b"", b"[]", b'"text"', b'{"model":7}', b'{"code":{}}', b"[" * 100_000])
def test_configs_that_cannot_be_read(storage: DirectoryStorage, config: bytes) -> None:
    with pytest.raises(InvalidManifest):
        store_kit(storage, CONFIG_TYPE, config, [])


def test_what_is_too_large_is_not_even_fetched(storage: DirectoryStorage) -> None:
    huge = Descriptor(MANIFEST_TYPE, digest_of(b"never stored"), MAX_MANIFEST_BYTES + 1)
    with pytest.raises(ContentTooLarge):
        load_kit(storage, huge)


@pytest.mark.parametrize(
    ("which", "damage", "error"),
    [
        ("manifest", "missing", BlobNotFound),
        ("manifest", "changed", DigestMismatch),
        ("manifest", "cut", DigestMismatch),
        ("config", "missing", BlobNotFound),
        ("config", "changed", DigestMismatch),
    ],
)
def test_missing_and_tampered_blobs(
    storage: DirectoryStorage, which: str, damage: str, error: type[KitOpsError]
) -> None:
    kit = make_kit(storage, Kitfile(code=(CodeEntry("src"),)), [layer("src")])
    digest = kit.descriptor.digest if which == "manifest" else kit.manifest.config.digest
    path = storage.path(digest)
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(
            content[:-1] if damage == "cut" else content.replace(b"src", b"SRC").replace(b"2", b"3")
        )
    with pytest.raises(error):
        load_kit(storage, kit.descriptor)


def test_no_layer_is_opened(storage: DirectoryStorage) -> None:
    made = layer("src")
    kit = make_kit(storage, Kitfile(code=(CodeEntry("src"),)), [made])
    storage.path(made.descriptor.digest).unlink()
    assert load_kit(storage, kit.descriptor).layers == kit.layers
