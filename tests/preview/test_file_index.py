"""File indexes: what they say of a kit, that a listing by them is the listing, and what lies in them."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kitops_desktop.errors import ContentTooLarge, DigestMismatch, FormatError, InvalidManifest, NotAsIndexed
from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, Kitfile
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview import file_index
from kitops_desktop.preview.counting import CountingFetcher
from kitops_desktop.preview.file_index import TensorSummary, index_to_json, parse_index
from kitops_desktop.preview.files import kit_files
from kitops_desktop.preview.finding import find_file
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT, LAYER_ANNOTATION, index_artifact, read_index
from kitops_desktop.preview.index_making import make_index
from kitops_desktop.preview.indexed_file import matching_content
from kitops_desktop.store.local_store import LocalStore
from support.archives import archive, file, folder, header, pax
from support.directory_storage import DirectoryStorage
from support.made_kits import CODE_TAR, MadeLayer, make_kit, put
from support.model_files import gguf, small_safetensors
from support.small_kit import WEIGHTS, one_layer, small_kit

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


def through_json(kit: ModelKit, storage: Fetcher) -> file_index.FileIndex:
    return parse_index(index_to_json(make_index(kit, storage), kit), kit)


def plain(files: object) -> list[tuple[object, ...]]:
    """Without what the index adds."""
    return [(one.layer, one.file) for one in files]  # type: ignore[attr-defined]


def test_the_files_are_those_of_the_layers_and_none_is_read(storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    counting = CountingFetcher(storage)
    found = list(kit_files(kit, counting, index=through_json(kit, storage), parallel=3))
    assert counting.fetches == 0
    assert plain(found) == plain(kit_files(kit, storage))
    digests = {one.file.path: one.digest for one in found}
    assert digests["model.bin"] == digest_of(WEIGHTS)
    assert digests["src"] is None


@pytest.mark.parametrize("case", ["04-names", "05-compression"])
def test_kits_that_kit_made(case: str, golden: Path, tmp_path: Path) -> None:
    shutil.copytree(golden / case / "storage", tmp_path / "kitops" / "storage")
    store = LocalStore(tmp_path / "kitops")
    for listed in store.listing().kits:
        kit = load_kit(store, listed.descriptor)
        index = through_json(kit, store)
        assert index.files
        assert plain(kit_files(kit, store, index=index)) == plain(kit_files(kit, store))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_compressed_layers_are_looked_into(pack: Callable[[bytes], bytes], storage: DirectoryStorage) -> None:
    suffix = "gzip" if pack is gzip.compress else "zstd"
    layer = MadeLayer(pack(archive(file(b"x/a", b"A" * 5000), file(b"x/b", b"B"))), f"{CODE_TAR}+{suffix}")
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [layer])
    index = through_json(kit, storage)
    counting = CountingFetcher(storage)
    found = find_file(kit, counting, "x/b", index=index)
    assert found is not None
    assert counting.fetches == 0
    assert b"".join(matching_content(storage, found, digest_of(b"index"))) == b"B"


def test_names_of_any_bytes_and_what_is_no_file(storage: DirectoryStorage) -> None:
    kit = one_layer(
        storage,
        folder(b"x/"),
        file(b"x/\xff\xfe", b"1"),
        pax({b"path": b"x/" + b"n" * 180}) + file(b"short", b"2"),
        header(b"x/link", kind=b"2", link=b"/etc/passwd"),
        file(b"../up", b"3"),
        file(b"x/\xc3\xbc", b"4"),
    )
    index = through_json(kit, storage)
    assert plain(kit_files(kit, storage, index=index)) == plain(kit_files(kit, storage))
    unsafe = {one.file.path: one.file.unsafe for one in kit_files(kit, storage, index=index)}
    assert unsafe["x/link"]
    assert unsafe["../up"]


def test_weights_are_summed_up(storage: DirectoryStorage) -> None:
    kit = one_layer(
        storage,
        file(b"x/m.safetensors", small_safetensors()),
        file(b"x/damaged.gguf", b"GGUF" + bytes(3)),
        file(b"x/empty.safetensors", b""),
    )
    found = {one.file.path: one.tensors for one in kit_files(kit, storage, index=through_json(kit, storage))}
    summary = found["x/m.safetensors"]
    assert isinstance(summary, TensorSummary)
    assert summary.count > 0
    assert summary.parameters == sum(count for _, count in summary.dtypes) > 0
    assert found["x/damaged.gguf"] is None
    assert found["x/empty.safetensors"] is None


def test_a_layer_that_is_not_what_the_manifest_says_is_in_no_index(storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    layer = kit.layers[0].descriptor
    path = next(path for path in storage.folder.rglob(f"*{layer.digest[-64:]}*") if path.is_file())
    content = bytearray(path.read_bytes())
    content[600] ^= 1
    path.write_bytes(content)
    with pytest.raises(DigestMismatch):
        make_index(kit, storage)


def test_the_artifact_is_the_same_each_time_and_names_the_kit(storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    first, second = (index_artifact(make_index(kit, storage), kit) for _ in range(2))
    assert first == second
    value = json.loads(first.manifest_bytes)
    assert value["artifactType"] == INDEX_ARTIFACT
    assert value["subject"]["digest"] == kit.descriptor.digest
    for blob in (content for _, content in first.blobs):
        put(storage, blob)
    put(storage, first.manifest_bytes)
    read = read_index(storage, kit, first.manifest)
    assert read.digest == first.manifest.digest
    assert read.maker == "KitOps Desktop"
    assert read.index == make_index(kit, storage)


def test_bytes_that_are_not_those_of_the_index_are_said(storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    value = json.loads(index_to_json(make_index(kit, storage), kit))
    value["layers"][0]["files"][0]["digest"] = digest_of(b"others")
    index = parse_index(json.dumps(value).encode(), kit)
    found = find_file(kit, storage, "model.bin", index=index)
    assert found is not None
    with pytest.raises(NotAsIndexed):
        list(matching_content(storage, found, Digest("sha256:" + "0" * 64)))


def entry(value: dict[str, Any], layer: int = 1, index: int = 2) -> dict[str, Any]:
    return value["layers"][layer]["files"][index]  # type: ignore[no-any-return]


LIES: dict[str, Change] = {
    "another kit": lambda v: v.update(subject=digest_of(b"else")),
    "a later version": lambda v: v.update(version=2),
    "true is not 1.5": lambda v: v.update(version="1"),
    "no layers": lambda v: v.pop("layers"),
    "a layer twice": lambda v: v["layers"].append(v["layers"][0]),
    "a layer of nobody": lambda v: v["layers"][0].update(digest=digest_of(b"none")),
    "a layer that is a list": lambda v: v["layers"].append([]),
    "a digest that is a list": lambda v: v["layers"][0].update(digest=[]),
    "files that are none": lambda v: v["layers"][0].update(files={"a": 1}),
    "an offset before its header": lambda v: entry(v).update(offset=512),
    "an offset between blocks": lambda v: entry(v).update(offset=entry(v)["offset"] + 1),
    "an offset behind the end": lambda v: entry(v, 1, 3).update(offset=1 << 40),
    "a size beyond the layer": lambda v: entry(v, 1, 3).update(size=1 << 40),
    "a size beyond all": lambda v: entry(v).update(size=1 << 63),
    "a size below nothing": lambda v: entry(v).update(size=-1),
    "a size that is true": lambda v: entry(v).update(size=True),
    "a size that is a fraction": lambda v: entry(v).update(size=1.0),
    "a size of a thousand digits": lambda v: entry(v).update(size=10**1000),
    "files upon one another": lambda v: entry(v, 1, 3).update(offset=entry(v)["offset"]),
    "no name": lambda v: entry(v).pop("name"),
    "an empty name": lambda v: entry(v).update(name=""),
    "a name with a zero": lambda v: entry(v).update(name="a\0b"),
    "a name without end": lambda v: entry(v).update(name="n" * 5000),
    "two names": lambda v: entry(v).update(nameBase64="YQ=="),
    "a name that is not base64": lambda v: (entry(v).pop("name"), entry(v).update(nameBase64="%%%")),
    "a type nobody knows": lambda v: entry(v).update(type="door"),
    "a folder with a content": lambda v: entry(v, 1, 0).update(size=3),
    "a folder with a digest": lambda v: entry(v, 1, 0).update(digest=digest_of(b"")),
    "a file without a digest": lambda v: entry(v).pop("digest"),
    "a digest of nothing known": lambda v: entry(v).update(digest="md5:" + "0" * 32),
    "a mode that is a number": lambda v: entry(v).update(mode=420),
    "tensors that are many": lambda v: entry(v).update(
        tensors={"count": 1, "parameters": 1, "dtypes": {f"T{n}": 1 for n in range(40)}}
    ),
    "a type of tensors with an escape": lambda v: entry(v).update(
        tensors={"count": 1, "parameters": 1, "dtypes": {"\x1b[31m": 1}}
    ),
    "tensors below nothing": lambda v: entry(v).update(tensors={"count": -1, "parameters": 1, "dtypes": {}}),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_cannot_be_true_is_refused(lie: str, storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    value = json.loads(index_to_json(make_index(kit, storage), kit))
    LIES[lie](value)
    with pytest.raises(FormatError):
        parse_index(json.dumps(value).encode(), kit)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"{", b"\xff", b"[" * 300_000, b'{"version":' + b"[" * 20_000, b'"' + b"a" * 100],
    ids=lambda content: str(content[:12]),
)
def test_what_is_no_index_is_refused(content: bytes, storage: DirectoryStorage) -> None:
    with pytest.raises(FormatError):
        parse_index(content, small_kit(storage))


def test_more_files_than_anybody_looks_through_are_refused(
    storage: DirectoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = small_kit(storage)
    content = index_to_json(make_index(kit, storage), kit)
    with pytest.raises(FormatError):
        parse_index(b"{" * (3 * file_index.MOST_FILES + 1), kit)
    monkeypatch.setattr(file_index, "MOST_FILES", 5)
    with pytest.raises(FormatError):
        parse_index(content, kit)


@pytest.mark.parametrize(
    ("stated", "claim"),
    [
        ({"vendor": "Team Forecast"}, "made by Team Forecast as it says"),
        (
            {"vendor": "Team Forecast", "created": "2026-05-03T23:20:00-02:00"},
            "made by Team Forecast on 2026-05-04 01:20 UTC as it says",
        ),
        ({"created": "2026-05-03T10:20:00Z"}, "made on 2026-05-03 10:20 UTC as it says"),
        ({"created": "2026-05-03T10:20:00"}, ""),
        ({"created": "0001-01-01T00:00:00+14:00"}, ""),
        ({"created": "9" * 5000}, ""),
        ({"created": "yesterday", "vendor": "\x1b[31mred"}, ""),
        ({"vendor": "n" * 500}, f"made by {'n' * 60} as it says"),
        ({}, ""),
    ],
)
def test_who_made_it_is_its_own_word(stated: dict[str, str], claim: str, storage: DirectoryStorage) -> None:
    kit = small_kit(storage)
    made = index_artifact(make_index(kit, storage), kit)
    value = json.loads(made.manifest_bytes)
    value["annotations"] = {f"org.opencontainers.image.{name}": text for name, text in stated.items()}
    content = json.dumps(value).encode()
    for blob in (content, *(blob for _, blob in made.blobs)):
        put(storage, blob)
    found = read_index(storage, kit, Descriptor(MANIFEST_TYPE, digest_of(content), len(content)))
    assert found.claim == claim


class TestArtifactsThatLie:
    @pytest.fixture
    def kit(self, storage: DirectoryStorage) -> ModelKit:
        return small_kit(storage)

    def store(self, storage: DirectoryStorage, kit: ModelKit, layer: bytes, **changes: object) -> Descriptor:
        """A manifest of an index with this layer; ``changes`` are made to its fields."""
        put(storage, layer)
        put(storage, b"{}")
        value: dict[str, Any] = json.loads(index_artifact(make_index(kit, storage), kit).manifest_bytes)
        value["layers"][0] |= {"digest": digest_of(layer), "size": len(layer)}
        value |= changes
        content = json.dumps(value).encode()
        put(storage, content)
        return Descriptor(MANIFEST_TYPE, digest_of(content), len(content))

    def test_of_another_kit(self, storage: DirectoryStorage, kit: ModelKit) -> None:
        layer = gzip.compress(index_to_json(make_index(kit, storage), kit))
        other = Descriptor(MANIFEST_TYPE, digest_of(b"other"), 5)
        for changes in ({"subject": None}, {"subject": other.to_json()}, {"artifactType": "text/plain"}):
            with pytest.raises((FormatError, InvalidManifest)):
                read_index(storage, kit, self.store(storage, kit, layer, **changes))

    def test_with_several_layers_or_none(self, storage: DirectoryStorage, kit: ModelKit) -> None:
        with pytest.raises(FormatError):
            read_index(storage, kit, self.store(storage, kit, b"{}", layers=[]))

    def test_that_becomes_gigabytes(
        self, storage: DirectoryStorage, kit: ModelKit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kitops_desktop.preview.index_artifact.MOST_JSON", 4 << 20)
        bomb = gzip.compress(bytes(8 << 20))
        with pytest.raises(ContentTooLarge):
            read_index(storage, kit, self.store(storage, kit, bomb))

    def test_that_claims_to_be_large(self, storage: DirectoryStorage, kit: ModelKit) -> None:
        manifest = self.store(storage, kit, b"{}")
        content = json.loads(index_artifact(make_index(kit, storage), kit).manifest_bytes)
        content["layers"][0]["size"] = 1 << 40
        changed = json.dumps(content).encode()
        put(storage, changed)
        assert manifest
        with pytest.raises(ContentTooLarge):
            read_index(storage, kit, Descriptor(MANIFEST_TYPE, digest_of(changed), len(changed)))


def test_gguf_is_summed_up_too(storage: DirectoryStorage) -> None:
    kit = one_layer(storage, file(b"x/m.gguf", gguf()))
    found = next(iter(kit_files(kit, storage, index=through_json(kit, storage))))
    assert found.tensors is not None


def test_two_layers_of_the_same_bytes_are_indexed_once(storage: DirectoryStorage) -> None:
    layer = MadeLayer(archive(file(b"x/a", b"A")))
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),), datasets=(Dataset("d", "x"),)), [layer, layer])
    index = through_json(kit, storage)
    assert len(index.layers) == 1
    assert plain(kit_files(kit, storage, index=index)) == plain(kit_files(kit, storage))


class TestTheSpecification:
    """``docs/file-index.md`` says what is written and read."""

    @pytest.fixture
    def blocks(self) -> list[dict[str, Any]]:
        text = (Path(__file__).parents[2] / "docs" / "file-index.md").read_text()
        return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]

    def test_its_manifest_is_ours(self, blocks: list[dict[str, Any]], storage: DirectoryStorage) -> None:
        kit = small_kit(storage)
        written = json.loads(index_artifact(make_index(kit, storage), kit).manifest_bytes)
        shown = blocks[0]
        assert shown.keys() == written.keys()
        for key in ("mediaType", "artifactType", "config"):
            assert shown[key] == written[key]
        assert shown["layers"][0]["mediaType"] == written["layers"][0]["mediaType"]
        for value in (shown, written):
            named = json.loads(value["annotations"].pop(LAYER_ANNOTATION))
            assert named == value["layers"][0]
        assert shown["annotations"] == written["annotations"]
        assert list(shown) == list(written), "their order is a part of it"

    def test_its_example_is_read(self, blocks: list[dict[str, Any]], storage: DirectoryStorage) -> None:
        layer = MadeLayer(gzip.compress(archive(file(b"x/a"))), f"{CODE_TAR}+gzip")
        kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [layer])
        example = blocks[1]
        example["subject"] = kit.descriptor.digest
        example["layers"][0] |= {"digest": layer.descriptor.digest, "mediaType": layer.media_type}
        index = parse_index(json.dumps(example).encode(), kit)
        names = [one.file.path for one in index.of(kit.layers[0]) or ()]
        assert names == ["model", "model/weights.safetensors", "model/\udcff\udcfe"]
        assert json.loads(index_to_json(index, kit)) == example

    def test_its_schema_has_the_fields_that_are_written(
        self, blocks: list[dict[str, Any]], storage: DirectoryStorage
    ) -> None:
        schema = blocks[2]
        assert set(schema["properties"]) == set(blocks[1])
        entry = schema["$defs"]["entry"]["properties"]
        assert set(entry) == {key for one in blocks[1]["layers"][0]["files"] for key in one}
        assert set(entry["tensors"]["required"]) == {"count", "parameters", "dtypes"}
        assert schema["$defs"]["number"]["maximum"] == 2**63 - 1
        assert schema["properties"]["layers"]["items"]["properties"]["files"]["maxItems"] == (
            file_index.MOST_FILES
        )
