"""A corpus of ModelKits made to do harm, by the doors that people use: a registry serves them.

Whatever is wrong: it is said what happened, why and what to do; in little time and memory; nothing is written
outside of the target; and what is not hostile in the same kit can be used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hostile_files import FILES, HostileFile
from support.hostile_kits import (
    LAYERS,
    MANIFESTS,
    README,
    HostileLayer,
    HostileManifest,
    descriptor,
    manifest_of,
    serve,
    serve_file,
    serve_layer,
    serve_manifest,
)
from support.limited_program import LimitedProgram, Told
from support.made_kits import tree
from support.odd_registry import OddRegistry

MOST_SECONDS = 10
"""Far more than any takes, on a machine that does much else."""
MOST_MEMORY = 300 << 20
PLAIN = "--plain-http"
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def registry() -> Iterator[OddRegistry]:
    with OddRegistry() as made:
        yield made


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LimitedProgram]:
    home = tmp_path_factory.mktemp("limited")
    names = {"HOME": "", "KITOPS_HOME": "kitops"}
    names |= {f"XDG_{name}_HOME": name.lower() for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    with LimitedProgram({name: str(home / folder) for name, folder in names.items()}) as made:
        yield made


@pytest.fixture
def reference(request: pytest.FixtureRequest, registry: OddRegistry) -> str:
    """Where this test's kit is."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    return f"{registry.host}/team/{name}:v1"


def path_of(reference: str) -> str:
    return reference.partition("/")[2].removesuffix(":v1")


def bounded(told: Told) -> Told:
    """What every command keeps to."""
    assert "Traceback" not in told.err
    assert not _CONTROL.search(told.out + told.err)
    assert told.seconds < MOST_SECONDS
    assert told.memory < MOST_MEMORY
    return told


def refused(told: Told, kind: tuple[str, str], reason: str) -> None:
    """It failed, with a title, a reason, and what to do next."""
    assert bounded(told).code == 1, told
    for text in (*kind, reason, "Next: "):
        assert text in told.said


@pytest.mark.parametrize("hostile", LAYERS, ids=str)
def test_of_a_kit_with_a_hostile_layer_the_rest_can_be_used(
    hostile: HostileLayer, registry: OddRegistry, program: LimitedProgram, reference: str, tmp_path: Path
) -> None:
    serve_layer(registry, path_of(reference), hostile)
    listed = program.run("files", reference, "--remote", PLAIN)
    if hostile.listed:
        refused(listed, hostile.kind, hostile.listed)
    else:
        assert bounded(listed).code == 0, listed
    target = tmp_path / "outer" / "target"
    refused(program.run("unpack", reference, "-d", str(target), PLAIN), hostile.kind, hostile.refused)
    around = {name for name in tree(tmp_path) if not name.startswith("outer/target/")}
    assert around <= {"outer", "outer/target"}
    assert not target.exists() or set(tree(target)) <= {"Kitfile"}
    readme = bounded(program.run("cat", reference, "README.md", "--remote", PLAIN))
    assert (readme.code, readme.out.encode()) == (0, README)


@pytest.mark.parametrize("hostile", MANIFESTS, ids=str)
def test_of_a_hostile_manifest_nothing_is_used(
    hostile: HostileManifest, registry: OddRegistry, program: LimitedProgram, reference: str, tmp_path: Path
) -> None:
    serve_manifest(registry, path_of(reference), hostile)
    target = str(tmp_path / "target")
    for command in (("inspect", "--remote"), ("files", "--remote"), ("unpack", "-d", target)):
        refused(program.run(command[0], reference, *command[1:], PLAIN), hostile.kind, hostile.reason)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("hostile", FILES, ids=str)
def test_a_hostile_file_is_shown_as_damaged_or_as_harmless_text(
    hostile: HostileFile, registry: OddRegistry, program: LimitedProgram, reference: str
) -> None:
    serve_file(registry, path_of(reference), hostile.path, hostile.content)
    told = program.run("preview", reference, hostile.path, "--remote", PLAIN)
    if hostile.shows:
        assert bounded(told).code == 0, told
        assert hostile.shows in told.out + told.err
    else:
        refused(told, ("The file is no", "made to do harm"), hostile.damage)


def test_the_corpus_is_large_enough() -> None:
    assert len({str(hostile) for hostile in (*LAYERS, *MANIFESTS, *FILES)}) >= 100


def test_a_layer_of_unknown_type_is_listed_and_never_unpacked(
    registry: OddRegistry, program: LimitedProgram, reference: str, tmp_path: Path
) -> None:
    """Nor is anything fetched from an address that a layer names."""
    layer = descriptor(registry, b"anything", "text/html")
    foreign = descriptor(registry, b"foreign", "application/vnd.oci.image.layer.nondistributable.v1.tar")
    foreign["urls"] = [f"{registry.origin}/foreign-bytes"]
    serve(registry, path_of(reference), {"manifestVersion": "1.0.0"}, [layer, foreign])
    assert bounded(program.run("files", reference, "--remote", PLAIN)).code == 0
    told = bounded(program.run("unpack", reference, "-d", str(tmp_path / "target"), PLAIN))
    assert told.code == 0
    assert told.said.count("is not unpacked: unknown type") == 2
    assert set(tree(tmp_path / "target")) == {"Kitfile"}
    assert registry.count("*", "foreign-bytes") == 0


def test_the_same_layer_many_times_is_unpacked_once_or_refused(
    registry: OddRegistry, program: LimitedProgram, reference: str, tmp_path: Path
) -> None:
    layer = descriptor(registry, b"\0" * 1024, "application/vnd.kitops.modelkit.code.v1.tar")
    serve(registry, path_of(reference), {"code": [{"path": "a"}] * 40}, [layer] * 40)
    assert bounded(program.run("files", reference, "--remote", PLAIN)).code == 0
    bounded(program.run("unpack", reference, "-d", str(tmp_path / "target"), PLAIN))
    assert set(tree(tmp_path / "target")) == {"Kitfile"}


def test_a_manifest_of_another_digest(
    registry: OddRegistry, program: LimitedProgram, reference: str, tmp_path: Path
) -> None:
    path = path_of(reference)
    serve(registry, path, {}, [])
    digest = registry.tags[f"{path}:v1"]
    registry.blobs[digest] = json.dumps(manifest_of({}, [])).encode()
    asked = f"{registry.host}/{path}@{digest}"
    for command in (("inspect", "--remote"), ("files", "--remote"), ("unpack", "-d", str(tmp_path / "x"))):
        told = bounded(program.run(command[0], asked, *command[1:], PLAIN))
        assert told.code == 1
        assert digest in told.said
    assert tree(tmp_path) == {}


BOMBS = {
    "aliases": "x0: &x0 [lol]\n"
    + "\n".join(f"x{n + 1}: &x{n + 1} [{', '.join([f'*x{n}'] * 9)}]" for n in range(30)),
    "nested": "model: " + "[" * 300_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=list(BOMBS))
def test_a_kitfile_that_is_a_bomb(bomb: str, program: LimitedProgram, tmp_path: Path) -> None:
    (tmp_path / "Kitfile").write_text(bomb)
    told = program.run("pack", str(tmp_path), "-t", "bomb:v1")
    refused(told, ("The Kitfile cannot be read", "Correct"), "Line")
