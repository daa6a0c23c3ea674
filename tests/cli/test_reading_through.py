"""``cat`` and ``preview`` where a layer can only be read from its beginning: its cost is said before."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import zstandard

from support.archives import END, file
from support.kit_commands import run_command
from support.made_kits import CODE_TAR, MadeLayer
from support.model_files import safetensors, small_safetensors, zipped
from support.synthetic_layer import SyntheticLayer
from support.wholes_only import WholesOnly

PLAIN = "--plain-http"
ALONE = "application/vnd.kitops.modelkit.code.v1.raw+zstd"
MIB = 1 << 20
LARGE = 101 * MIB
TEXT = b"# Title\n"
ENTRIES = file(b"a.bin", bytes(MIB)) + file(b"w.safetensors", small_safetensors()) + file(b"b.md", TEXT)
REST = file(b"z.bin", bytes(3 * MIB)) + END


@pytest.fixture
def serve() -> Iterator[Callable[..., WholesOnly]]:
    with ExitStack() as stack:
        yield lambda *layers: stack.enter_context(WholesOnly(layers))


def test_cat_reads_to_the_file_and_says_what_that_costs(serve: Callable[..., WholesOnly]) -> None:
    layer = MadeLayer(ENTRIES + REST)
    server = serve(layer)
    answer = run_command("cat", server.reference, "b.md", PLAIN)
    assert (answer.code, answer.out) == (0, TEXT.decode())
    first, last = answer.err.splitlines()
    assert first == (
        "Reads up to 4.0 MiB of the layer c0 from its beginning: the registry gives no parts of layers."
    )
    assert last.startswith(f"Read through from {server.host}: not verified by the digest")
    assert server.count("GET", layer.descriptor.digest) == 2  # of the first nothing was read


def test_cat_verifies_what_it_has_read_to_the_end(serve: Callable[..., WholesOnly]) -> None:
    layer = MadeLayer(ENTRIES + END)
    server = serve(layer)
    answer = run_command("cat", server.reference, "b.md", PLAIN)
    assert answer.out == TEXT.decode()
    assert f"all of its layer, which has its digest, {layer.descriptor.digest}" in answer.err
    assert "not verified" not in answer.err


def test_cat_of_a_layer_that_is_another_one_fails(serve: Callable[..., WholesOnly]) -> None:
    server = serve(SyntheticLayer([("a", 2 * MIB), ("b", 5)]))
    answer = run_command("cat", server.reference, "b", PLAIN)
    assert answer.code == 1
    assert "digest" in answer.err
    assert "Traceback" not in answer.err


def test_cat_of_a_listed_layer_is_charged_to_the_end_of_the_file(serve: Callable[..., WholesOnly]) -> None:
    server = serve(MadeLayer(ENTRIES + REST))
    assert run_command("files", server.reference, PLAIN).code == 0
    answer = run_command("cat", server.reference, "b.md", PLAIN)
    assert answer.out == TEXT.decode()
    assert "Reads up to 1.0 MiB of the layer c0 from its beginning" in answer.err


def test_preview_counts_what_it_read(serve: Callable[..., WholesOnly]) -> None:
    server = serve(MadeLayer(ENTRIES + REST))
    answer = run_command("preview", server.reference, "w.safetensors", PLAIN)
    assert answer.code == 0, answer.err
    assert "layer.weight" in answer.out
    assert "Reads up to 4.0 MiB of the layer c0 from its beginning" in answer.err
    assert "Read through from" in answer.err
    assert "2.0 MiB of 4.0 MiB were looked at." in answer.err


@pytest.mark.parametrize("rest", [END, REST])
def test_preview_of_a_compressed_layer(rest: bytes, serve: Callable[..., WholesOnly]) -> None:
    layer = MadeLayer(gzip.compress(ENTRIES + rest), f"{CODE_TAR}+gzip")
    server = serve(layer)
    answer = run_command("preview", server.reference, "b.md", PLAIN, "--format", "json")
    assert json.loads(answer.out)["source"] == "registry, verified by its digest"
    assert "of the layer c0 from its beginning: it is compressed." in answer.err
    assert server.count("GET", layer.descriptor.digest) == 1


@pytest.mark.parametrize("is_near", [False, True], ids=["registry", "store"])
def test_preview_of_single_files_that_are_stored_compressed(
    is_near: bool, serve: Callable[..., WholesOnly]
) -> None:
    """Nobody has said how long they are."""
    body = os.urandom(MIB)
    entry = {"dtype": "U8", "shape": [MIB], "data_offsets": [0, MIB]}
    weights, members = safetensors({"w": entry}) + body, zipped({"a.txt": b"a", "b.bin": body})
    server = serve(*(MadeLayer(zstandard.compress(one), ALONE) for one in (weights, members, TEXT)))
    if is_near:
        assert run_command("pull", server.reference, PLAIN).code == 0

    def told(path: str) -> dict[str, Any]:
        answer = run_command("preview", server.reference, path, PLAIN, "--format", "json")
        assert answer.code == 0, answer.err
        assert is_near or "from its beginning: it is compressed." in answer.err
        return dict(json.loads(answer.out))

    found = told("c0")
    assert (found["format"], found["size"]) == ("safetensors", None)
    assert found["tensors"] == [{"name": "w", "shape": [MIB], "dtype": "U8"}]
    found = told("c1")
    assert (found["format"], found["size"]) == ("zip", len(members))
    assert [one["name"] for one in found["members"]] == ["a.txt", "b.bin"]
    found = told("c2")
    assert (found["text"]["content"], found["size"]) == (TEXT.decode(), len(TEXT))
    listed = json.loads(run_command("files", server.reference, PLAIN, "--format", "json").out)
    assert [one["size"] for one in listed] == [None, None, None]
    for shape in ((), ("--tree",)):
        answer = run_command("files", server.reference, PLAIN, *shape)
        files = [line for line in answer.out.splitlines() if {"c0", "c1", "c2"} & set(line.split())]
        assert [line.count("unknown") for line in files] == [1, 1, 1]
    answer = run_command("preview", server.reference, "c0", PLAIN)
    assert "size unknown" in [" ".join(line.split()) for line in answer.out.splitlines()]
    assert "of 1.0 MiB were looked at" in answer.err


@pytest.mark.parametrize("command", ["cat", "preview"])
def test_what_costs_much_is_read_only_when_told_to(command: str, serve: Callable[..., WholesOnly]) -> None:
    layer = SyntheticLayer([("first", 8), ("rest", LARGE)])
    server = serve(layer)
    answer = run_command(command, server.reference, "first", PLAIN)
    assert (answer.code, answer.out) == (1, "")
    assert "gives layers as a whole only: up to 101.0 MiB of the layer c0" in answer.err
    assert "--stream" in answer.err
    assert server.count("GET", layer.descriptor.digest) == 1
    answer = run_command(command, server.reference, "first", PLAIN, "--stream")
    assert answer.code == 0, answer.err
    assert "Reads up to 101.0 MiB of the layer c0 from its beginning" in answer.err
    assert server.sent(layer) < LARGE


def test_costs_of_several_layers_add_up(serve: Callable[..., WholesOnly]) -> None:
    first, second = SyntheticLayer([("a", LARGE // 2)]), SyntheticLayer([("b", LARGE // 2 + 1)])
    server = serve(first, second)
    answer = run_command("cat", server.reference, "nowhere", PLAIN)
    assert answer.code == 1
    assert "--stream" in answer.err
    assert "has no file" not in answer.err
    answer = run_command("cat", server.reference, "nowhere", PLAIN, "--stream")
    assert "has no file 'nowhere'" in answer.err


def test_what_the_store_has_costs_nothing(serve: Callable[..., WholesOnly]) -> None:
    server = serve(MadeLayer(gzip.compress(ENTRIES + END), f"{CODE_TAR}+gzip"))
    assert run_command("pull", server.reference, PLAIN).code == 0
    answer = run_command("cat", server.reference, "b.md", "--remote", PLAIN)
    assert answer.out == TEXT.decode()
    assert "Reads up to" not in answer.err
    assert "Read from the local store" in answer.err


def test_files_says_what_listing_costs_and_lists(serve: Callable[..., WholesOnly]) -> None:
    large, small = SyntheticLayer([("big", 9 * MIB), ("a", 1)]), SyntheticLayer([("b", MIB)])
    server = serve(large, small)
    answer = run_command("files", server.reference, PLAIN)
    assert [line.split()[-1] for line in answer.out.splitlines()] == ["PATH", "big", "a", "b"]
    assert answer.err == (
        "The registry gives no parts of layers: 9.0 MiB must be read to list their files.\n"
    )
    again = run_command("files", server.reference, PLAIN)
    assert (again.out, again.err) == (answer.out, "")
    assert server.count("GET", large.descriptor.digest) == 3  # two of them were not read
