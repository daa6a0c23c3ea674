"""Kits become folders: those that kit made, whole ones, parts of them, with the right modes."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import UnpackFailed
from kitops_desktop.kitfile.kitfile import CodeEntry, Kitfile, McpServer, Model, ModelPart
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.modelkit.parents import resolve_parents
from kitops_desktop.modelkit.unpack import OnExisting, plan_unpack, unpack
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import Progress
from support import unpack_program
from support.archives import archive, file, folder
from support.blob_files import BlobFiles
from support.directory_storage import DirectoryStorage
from support.made_kits import MadeLayer, make_kit, tree
from support.small_kit import FILES, KIT, one_layer, small_kit

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(params=[BlobFiles, DirectoryStorage], ids=["files", "streams"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryStorage:
    made: DirectoryStorage = request.param(tmp_path / "storage")
    return made


@pytest.fixture
def kit(storage: DirectoryStorage) -> ModelKit:
    return small_kit(storage)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- what kit made


class GoldenBlobs(BlobFiles):
    """A store that `kit` wrote, read only."""

    def __init__(self, storage: Path) -> None:
        self.blobs = storage / "blobs" / "sha256"

    def path(self, digest: str) -> Path:
        return self.blobs / digest.removeprefix("sha256:")


def golden_answers(case: str) -> dict[str, Any]:
    answers: dict[str, Any] = json.loads((GOLDEN / case / "expected.json").read_text())
    return answers


def golden_kits() -> list[tuple[str, int]]:
    cases = [case.name for case in sorted(GOLDEN.glob("0*"))]
    return [(case, index) for case in cases for index in range(len(golden_answers(case)["modelkits"]))]


def load_golden(case: str, index: int) -> tuple[ModelKit, GoldenBlobs, dict[str, Any]]:
    wanted = golden_answers(case)["modelkits"][index]
    blobs = GoldenBlobs(GOLDEN / case / "storage")
    digest, size = Digest(wanted["manifest_digest"]), wanted["manifest_size"]
    return load_kit(blobs, Descriptor(MANIFEST_TYPE, digest, size)), blobs, wanted


@pytest.mark.parametrize(("case", "index"), golden_kits())
def test_every_golden_kit_becomes_what_its_layers_say(case: str, index: int, target: Path) -> None:
    kit, blobs, wanted = load_golden(case, index)
    done = unpack(kit, blobs, target)
    entries = [entry for layer in wanted["layers"] or [] for entry in layer["entries_in_archive_order"]]
    expected = {entry["name"]: entry for entry in entries}
    found = {readable(path.relative_to(target)): path for path in target.rglob("*")}
    assert found.keys() == {"Kitfile", *expected}
    for name, entry in expected.items():
        path = found[name]
        assert mode(path) == int(entry["mode"], 8) & 0o777 & ~0o022, name
        if not path.is_dir():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"], name
    assert done.files == sum(path.is_file() for path in found.values())


def readable(path: Path) -> str:
    """A name as the golden answers write it: bytes that are no text as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def test_the_kits_a_golden_kit_refers_to_come_first(target: Path) -> None:
    case = "07-modelkit-reference"
    answers = golden_answers(case)
    kits = {}
    for index, wanted in enumerate(answers["modelkits"]):
        loaded, blobs, _ = load_golden(case, index)
        kits.update({f"{wanted['repo']}:{tag}".removeprefix("localhost/"): loaded for tag in wanted["tags"]})

    def load(reference: Reference) -> ModelKit:
        return kits[reference.short]

    kit = kits["ref/grand:1"]
    said: list[str] = []
    parents = [(parent, blobs) for parent in resolve_parents(kit.kitfile, load)]
    unpack(kit, blobs, target, parents=parents, announce=said.append)
    files = sorted(f"unpacked/{name}" for name, content in tree(target).items() if content is not None)
    assert files == answers["unpacked_files"]
    lines = next(c["stdout"] for c in answers["commands"] if c["argv"][1] == "unpack").splitlines()
    assert said[:-1] == lines[1:-1]
    assert said[-1] == f"Unpacking config to {target / 'Kitfile'}"


# -- everything and parts


def test_everything(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    done = unpack(kit, storage, target)
    assert tree(target) == FILES
    assert (done.files, done.size) == (6, sum(len(content) for content in FILES.values() if content))
    assert done.layers_in_place == ("model.bin", "src", "data", "README.md")
    assert (mode(target / "src/run.py"), mode(target / "src/lib/a.py")) == (0o755, 0o644)
    assert mode(target / "Kitfile") == 0o644


def test_a_relative_target(
    kit: ModelKit, storage: DirectoryStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    unpack(kit, storage, Path("deep/er"))
    assert tree(tmp_path / "work" / "deep" / "er") == FILES


def test_a_target_that_is_a_link_is_the_users_choice(
    kit: ModelKit, storage: DirectoryStorage, tmp_path: Path, target: Path
) -> None:
    (tmp_path / "real").mkdir()
    target.symlink_to(tmp_path / "real")
    unpack(kit, storage, target)
    assert tree(tmp_path / "real") == FILES


@pytest.mark.parametrize(
    ("filters", "globs", "files"),
    [
        (["model"], [], {"model.bin"}),
        (["kitfile"], [], {"Kitfile"}),
        (["model", "docs:README.md"], [], {"model.bin", "README.md"}),
        (["datasets:other"], [], set()),
        ([], ["src/**"], {"src/run.py", "src/lib/a.py"}),
        ([], ["**/*.py"], {"src/run.py", "src/lib/a.py"}),
        ([], ["src/run.py", "README.md"], {"src/run.py", "README.md"}),
        ([], ["src"], {"src/run.py", "src/lib/a.py"}),
        ([], ["Kitfile"], {"Kitfile"}),
        (["code"], ["*.md"], set()),
        (["code"], ["**/a.py"], {"src/lib/a.py"}),
        ([], ["nothing/**"], set()),
    ],
)
def test_only_what_is_chosen(
    filters: list[str],
    globs: list[str],
    files: set[str],
    kit: ModelKit,
    storage: DirectoryStorage,
    target: Path,
) -> None:
    plan = plan_unpack(kit, storage, target, filters=filters, globs=globs)
    done = unpack(kit, storage, target, filters=filters, globs=globs)
    assert {name for name, content in tree(target).items() if content is not None} == files
    assert plan.files == done.files == len(files)
    assert plan.size == done.size == sum(len(FILES[name] or b"") for name in files)


def test_a_layer_without_a_wanted_file_is_not_read(
    kit: ModelKit, storage: DirectoryStorage, target: Path
) -> None:
    blob = storage.path(kit.layers[0].descriptor.digest)
    content = bytearray(blob.read_bytes())
    content[5000] ^= 1
    blob.write_bytes(content)
    unpack(kit, storage, target, globs=["src/**"])
    with pytest.raises(UnpackFailed):
        unpack(kit, storage, target, globs=["model.bin"])


def test_folders_on_the_way_to_a_chosen_file_have_their_modes(
    storage: DirectoryStorage, target: Path
) -> None:
    kit = one_layer(storage, folder(b"a", 0o700), folder(b"a/b", 0o750), file(b"a/b/c"), folder(b"d"))
    unpack(kit, storage, target, globs=["a/b/c"])
    assert set(tree(target)) == {"a", "a/b", "a/b/c"}
    assert (mode(target / "a"), mode(target / "a/b")) == (0o700, 0o750)


def test_layers_of_unknown_type_are_left_out(storage: DirectoryStorage, target: Path) -> None:
    layers = [MadeLayer(archive(file(b"x"))), MadeLayer(b"???", "application/vnd.example.odd")]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("x"),)), layers)
    assert plan_unpack(kit, storage, target).files == 2
    assert unpack(kit, storage, target).files == 2
    assert set(tree(target)) == {"Kitfile", "x"}


@pytest.mark.parametrize(
    ("kitfile", "media_type", "notes", "expected"),
    [
        (Kitfile(mcp_servers=(McpServer("x", "x"),)), f"{KIT}.mcpb.v1.raw", {}, ("x", 0o644)),
        (
            Kitfile(code=(CodeEntry("x"),)),
            f"{KIT}.code.v1.raw",
            {"org.cncf.model.file.metadata+json": '{"name":"x","mode":493,"size":3}'},
            ("x", 0o755),
        ),
        (
            Kitfile(),
            "application/vnd.cncf.model.code.v1.raw",
            {"org.cncf.model.filepath": "deep/y"},
            ("deep/y", 0o644),
        ),
    ],
)
def test_raw_layers(
    kitfile: Kitfile,
    media_type: str,
    notes: dict[str, str],
    expected: tuple[str, int],
    storage: DirectoryStorage,
    target: Path,
) -> None:
    kit = make_kit(storage, kitfile, [MadeLayer(b"zip", media_type, notes)])
    unpack(kit, storage, target, filters=["code,mcpservers"])
    name, wanted = expected
    assert (target / name).read_bytes() == b"zip"
    assert mode(target / name) == wanted


def test_kits_of_old_are_unpacked_beside_the_path_of_the_entry(
    storage: DirectoryStorage, target: Path
) -> None:
    layers = [MadeLayer(archive(folder(b"src"), file(b"src/a.py", b"a")))]
    kit = make_kit(storage, Kitfile(code=(CodeEntry("deep/src"),)), layers, with_digests=False)
    unpack(kit, storage, target, filters=["code"])
    assert tree(target) == {"deep": None, "deep/src": None, "deep/src/a.py": b"a"}


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        ([], {"Kitfile", "w.bin", "part.bin", "own.bin", "own.py"}),
        (["code"], {"own.py"}),
        (["model"], {"w.bin", "part.bin", "own.bin"}),
        (["model:p"], {"part.bin"}),
        (["kitfile"], {"Kitfile"}),
    ],
)
def test_of_parents_only_models_are_taken(
    filters: list[str], files: set[str], storage: DirectoryStorage, target: Path
) -> None:
    parts = (ModelPart("p", "part.bin"),)
    base = make_kit(
        storage,
        Kitfile(model=Model("b", "w.bin", parts=parts), code=(CodeEntry("c.py"),)),
        [
            MadeLayer(archive(file(b"w.bin")), f"{KIT}.model.v1.tar"),
            MadeLayer(archive(file(b"part.bin")), f"{KIT}.modelpart.v1.tar"),
            MadeLayer(archive(file(b"c.py"))),
        ],
    )
    own = (ModelPart("o", "own.bin"),)
    child = make_kit(
        storage,
        Kitfile(model=Model("c", "base:1", parts=own), code=(CodeEntry("own.py"),)),
        [
            MadeLayer(archive(file(b"own.bin")), f"{KIT}.modelpart.v1.tar"),
            MadeLayer(archive(file(b"own.py"))),
        ],
    )
    unpack(child, storage, target, filters=filters, parents=[(base, storage)])
    assert set(tree(target)) == files


def test_names_that_are_trouble_elsewhere_are_told(storage: DirectoryStorage, target: Path) -> None:
    kit = one_layer(storage, file(b"Readme"), file(b"README"), file(b"aux.txt"), file(b"plain"))
    warnings = unpack(kit, storage, target, filters=["code"]).warnings
    assert [warning.split()[0] for warning in warnings] == ["README", "aux.txt"]
    assert set(tree(target)) == {"Readme", "README", "aux.txt", "plain"}


# -- modes


def test_modes_are_the_archives_but_for_umask_and_special_bits(
    storage: DirectoryStorage, target: Path
) -> None:
    os.umask(0o027)
    kit = one_layer(
        storage,
        folder(b"closed", 0o500),
        file(b"closed/file", mode=0o4755),
        folder(b"sticky", 0o1777),
        file(b"shut", mode=0o000),
        file(b"open", mode=0o666),
    )
    unpack(kit, storage, target, filters=["code"])
    modes = {name: mode(target / name) for name in ("closed", "closed/file", "sticky", "shut", "open")}
    assert modes == {"closed": 0o500, "closed/file": 0o750, "sticky": 0o750, "shut": 0, "open": 0o640}


def test_closed_folders_can_be_unpacked_into_by_everybody(
    tmp_path: Path, target: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    storage = DirectoryStorage(tmp_path / "storage")
    kit = one_layer(storage, folder(b"closed", 0o500), file(b"closed/file", b"in"), file(b"ro", mode=0o400))
    done = run_unprivileged(unpack_program.command(storage, kit, target), env=unpack_program.environment())
    assert done.returncode == 0, done.stderr
    assert (target / "closed" / "file").read_bytes() == b"in"
    assert mode(target / "closed") == 0o500


def test_a_folder_that_is_there_keeps_its_mode(storage: DirectoryStorage, target: Path) -> None:
    (target / "d").mkdir(parents=True, mode=0o750)
    unpack(one_layer(storage, folder(b"d", 0o700), file(b"d/x")), storage, target)
    assert mode(target / "d") == 0o750


def test_a_file_that_is_replaced_keeps_its_mode(storage: DirectoryStorage, target: Path) -> None:
    target.mkdir()
    (target / "x").write_text("longer than the new one")
    (target / "x").chmod(0o600)
    unpack(one_layer(storage, file(b"x", b"new", 0o755)), storage, target, existing=OnExisting.OVERWRITE)
    assert ((target / "x").read_bytes(), mode(target / "x")) == (b"new", 0o600)


def test_tells_how_far_it_is(kit: ModelKit, storage: DirectoryStorage, target: Path) -> None:
    seen: list[Progress] = []
    unpack(kit, storage, target, report=seen.append)
    total = kit.manifest.layers_size
    assert {progress.total for progress in seen} == {total}
    assert seen[-1].done == total
    done = [progress.done for progress in seen]
    assert done == sorted(done)
