"""Filters choose what kit's filters choose: its vectors, and what only newer kit knows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile, McpServer, Model, ModelPart, Prompt
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.filters import (
    Filter,
    filters_for_parents,
    parse_filter,
    parse_filters,
    select_layers,
)
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.pack import pack
from kitops_desktop.modelkit.pack_plan import plan_pack
from kitops_desktop.modelkit.tar_listing import list_layer
from support.archives import archive, file
from support.directory_storage import DirectoryStorage
from support.kit_commands import vectors
from support.made_kits import CODE_TAR, MadeLayer, make_kit

FOUND: Any = vectors("unpack-filters")
FLAGS = ("--kitfile", "--model", "--code", "--datasets", "--docs")
FILES = (
    "LICENSE",
    "code/c.py",
    "data/train.csv",
    "data/val.csv",
    "docs/README.md",
    "model/m.bin",
    "parts/lora.bin",
)


def filters_of(arguments: list[str]) -> list[str]:
    """What the command line makes of its arguments: the old flags count only without ``-f``."""
    given = [value for flag, value in pairwise(arguments) if flag in ("-f", "--filter")]
    return given or [flag.removeprefix("--") for flag in arguments if flag in FLAGS]


@pytest.fixture
def storage(tmp_path: Path) -> DirectoryStorage:
    return DirectoryStorage(tmp_path / "storage")


@pytest.fixture
def kit(storage: DirectoryStorage, tmp_path: Path) -> ModelKit:
    folder = tmp_path / "project"
    for name in FILES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    kitfile = read_kitfile(FOUND["kitfile"])
    packed = pack(plan_pack(folder, kitfile, IgnoreRules.load(folder)), kitfile, storage)
    return load_kit(storage, packed.manifest)


@pytest.mark.parametrize("vector", FOUND["vectors"], ids=lambda vector: " ".join(vector["args"]) or "none")
def test_chooses_what_kit_chooses(vector: dict[str, Any], kit: ModelKit, storage: DirectoryStorage) -> None:
    filters = filters_of(vector["args"])
    if vector["exit"]:
        with pytest.raises(InvalidArgument) as caught:
            select_layers(kit, filters)
        assert vector["stderr"] == f"[ERROR] Invalid arguments: {caught.value}\n"
        return
    selection = select_layers(kit, filters)
    files = {
        found.path for layer in selection.layers for found in list_layer(storage, layer) if not found.is_dir
    }
    assert sorted(files | ({"Kitfile"} if selection.kitfile else set())) == sorted(vector["files"])


def test_all_vectors_are_there() -> None:
    assert len(FOUND["vectors"]) == 28


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("prompts", ["prompts[0]"]),
        ("mcpservers", ["mcpServers[0]"]),
        ("mcpservers:tools", ["mcpServers[0]"]),
        ("mcpservers:tools.mcpb", ["mcpServers[0]"]),
        ("prompts:ask,model", []),
        ("code", ["code[0]"]),
        ("prompts:greeting", ["prompts[0]"]),
    ],
)
def test_prompts_and_mcp_servers(storage: DirectoryStorage, text: str, fields: list[str]) -> None:
    kitfile = Kitfile(
        code=(CodeEntry("src"),),
        prompts=(Prompt("greeting", "ask.md"),),
        mcp_servers=(McpServer("tools", "tools.mcpb"),),
    )
    layers = [
        MadeLayer(archive(file(b"src"))),
        MadeLayer(archive(file(b"ask.md")), CODE_TAR, {"ml.kitops.modelkit.layer-subtype": "prompt"}),
        MadeLayer(b"zip", "application/vnd.kitops.modelkit.mcpb.v1.raw"),
    ]
    kit = make_kit(storage, kitfile, layers)
    assert [layer.field for layer in select_layers(kit, [text]).layers] == fields


def test_an_empty_name_finds_entries_without_one(storage: DirectoryStorage) -> None:
    kitfile = Kitfile(model=Model("m", "m.bin", parts=(ModelPart("", "a"), ModelPart("b", "b"))))
    layers = [
        MadeLayer(archive(file(name)), f"application/vnd.kitops.modelkit.{kind}.v1.tar")
        for name, kind in ((b"m.bin", "model"), (b"a", "modelpart"), (b"b", "modelpart"))
    ]
    kit = make_kit(storage, kitfile, layers)
    assert [layer.path for layer in select_layers(kit, ["model:"]).layers] == ["a"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], [Filter(("model",))]),
        (["code"], []),
        (["model"], [Filter(("model",))]),
        (["code,model:a,b", "datasets"], [Filter(("model",), ("a", "b"))]),
        (["model:a", "model:b"], [Filter(("model",), ("a",)), Filter(("model",), ("b",))]),
    ],
)
def test_filters_for_the_kits_referred_to(given: list[str], expected: list[Filter]) -> None:
    assert list(filters_for_parents(parse_filters(given))) == expected


def test_a_parsed_filter_counts_like_its_text(kit: ModelKit) -> None:
    assert select_layers(kit, [parse_filter("model")]) == select_layers(kit, ["model"])
