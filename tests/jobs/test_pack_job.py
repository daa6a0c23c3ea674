"""Packing a folder from its Kitfile to its tags, and everything that stops it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.pack_job import PackWork, pack_folder, prepare_pack
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from kitops_desktop.settings import Folders
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.workspace import Workspace, open_workspace

KITFILE = """manifestVersion: 1.0.0
package:
  name: churn
model:
  path: model.bin
code:
- path: src
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    names = ("config", "state", "data", "cache", "logs")
    opened = open_workspace(folders=Folders(*(tmp_path / "app" / name for name in names)))
    yield opened
    opened.close()


@pytest.fixture
def tools(workspace: Workspace) -> Tools:
    return workspace.tools


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "churn"
    (folder / "src").mkdir(parents=True)
    (folder / "Kitfile").write_text(KITFILE)
    (folder / "model.bin").write_bytes(b"weights" * 1000)
    (folder / "src" / "train.py").write_text("print('training')")
    return folder


def kits(store: LocalStore) -> dict[str, tuple[str, ...]]:
    return {kit.repository: kit.tags for kit in store.listing().kits}


def test_golden_kit_is_packed_from_a_folder(
    tools: Tools, golden: Path, extract_input: Callable[..., Path]
) -> None:
    folder = extract_input("01-all-sections")
    outcome = pack_folder(PackWork(folder, "golden:v1"), tools)
    expected = json.loads((golden / "01-all-sections" / "expected.json").read_text())
    text = json.dumps(expected)
    assert outcome.packed.config.digest in text
    for layer in outcome.packed.layers:
        assert layer.descriptor.digest in text
    assert tools.store.resolve(parse_reference("golden:v1")) == outcome.packed.manifest


def test_every_tag_points_at_the_kit(tools: Tools, folder: Path) -> None:
    outcome = pack_folder(PackWork(folder, "team/churn:v1,latest,v1"), tools)
    assert (str(outcome.reference), outcome.tags) == ("localhost/team/churn:v1", ("v1", "latest"))
    assert kits(tools.store) == {"localhost/team/churn": ("latest", "v1")} or kits(tools.store) == {
        "localhost/team/churn": ("v1", "latest")
    }


def test_without_a_name_the_kit_is_known_by_its_digest(tools: Tools, folder: Path) -> None:
    outcome = pack_folder(PackWork(folder), tools)
    assert outcome.reference.digest == outcome.packed.manifest.digest
    assert outcome.reference.short == outcome.packed.manifest.digest
    assert tools.store.resolve(outcome.reference) == outcome.packed.manifest


def test_the_text_of_an_editor_is_packed_instead_of_the_files(tools: Tools, folder: Path) -> None:
    text = KITFILE.replace("churn", "from-editor")
    work = PackWork(folder, "a:1", text=text, ignore_text="src/*.py\n")
    prepared = prepare_pack(work, tools.store)
    assert prepared.kitfile.package is not None
    assert prepared.kitfile.package.name == "from-editor"
    assert "src/train.py" in {left.path for left in prepared.plan.left_out}


def test_another_kitfile_can_be_named(tools: Tools, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "Kitfile.prod"
    other.write_text(KITFILE.replace("code:\n- path: src\n", ""))
    assert len(prepare_pack(PackWork(folder, kitfile=other), tools.store).plan.layers) == 1


def test_an_unchanged_folder_is_not_read_again(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kitops_desktop.modelkit.memory.RACY_NS", 0)  # trust files of this very second
    first = pack_folder(PackWork(folder, "a:1"), workspace.tools)
    again = pack_folder(PackWork(folder, "a:2"), workspace.tools)
    assert [layer.reused for layer in first.packed.layers] == [False, False]
    assert [layer.reused for layer in again.packed.layers] == [True, True]
    assert again.packed.manifest == first.packed.manifest
    later = open_workspace(folders=workspace.folders)
    try:
        assert all(layer.reused for layer in pack_folder(PackWork(folder), later.tools).packed.layers)
        rehashed = pack_folder(PackWork(folder, rehash=True), later.tools)
        assert not any(layer.reused for layer in rehashed.packed.layers)
    finally:
        later.close()


def test_a_kit_can_build_on_another(tools: Tools, folder: Path, tmp_path: Path) -> None:
    pack_folder(PackWork(folder, "base:v1"), tools)
    child = tmp_path / "child"
    (child / "src").mkdir(parents=True)
    (child / "src" / "tune.py").write_text("tune")
    (child / "notes.md").write_text("notes")
    (child / "Kitfile").write_text(
        "manifestVersion: 1.0.0\npackage:\n  name: child\nmodel:\n  path: base:v1\ncode:\n- path: .\n"
    )
    prepared = prepare_pack(PackWork(child), tools.store)
    left_out = {left.path for left in prepared.plan.left_out}
    assert any(path == "src" or path.startswith("src/") for path in left_out), "the parent kit has that path"
    assert [name for layer in prepared.plan.layers for name in layer.plan.names() if "notes" in name] == [
        "notes.md"
    ]


def test_a_kit_that_is_not_here_cannot_be_built_on(tools: Tools, folder: Path) -> None:
    work = PackWork(folder, text=KITFILE.replace("model.bin", "nobody/base:v1"))
    with pytest.raises(errors.ModelReferenceError) as caught:
        prepare_pack(work, tools.store)
    assert "nobody/base:v1" in str(caught.value)


def test_secrets_are_packed_only_when_each_was_agreed_to(tools: Tools, folder: Path) -> None:
    (folder / "src" / ".env").write_text("PASSWORD=1")
    (folder / "src" / ".ssh").mkdir()
    (folder / "src" / ".ssh" / "config").write_text("")
    work = PackWork(folder, "a:1")
    assert [secret.path for secret in prepare_pack(work, tools.store).secrets] == [
        "src/.env",
        "src/.ssh/config",
    ]
    for allowed, left in (
        ((), ("src/.env", "src/.ssh/config")),
        (("src/.env",), ("src/.ssh/config",)),
        (("src/.ssh", "other"), ("src/.env",)),
    ):
        with pytest.raises(errors.SecretsFound) as caught:
            pack_folder(replace(work, allowed_secrets=allowed), tools)
        assert caught.value.paths == left
    assert kits(tools.store) == {}
    pack_folder(replace(work, allowed_secrets=("src/.env", "src/.ssh")), tools)
    pack_folder(replace(work, allowed_secrets=None, reference="a:2"), tools)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda folder: (folder / "Kitfile").unlink(), errors.KitfileNotFound),
        (
            lambda folder: write(folder, "Kitfile", KITFILE.replace("code:", "codes:")),
            errors.KitfileSyntaxError,
        ),
        (lambda folder: write(folder, "Kitfile", KITFILE + "docs:\n- path: src\n"), errors.KitfileInvalid),
        (lambda folder: write(folder, ".kitignore", "[\n"), errors.IgnoreFileError),
        (lambda folder: (folder / "model.bin").unlink(), errors.LayerPathMissing),
    ],
    ids=["no Kitfile", "typo", "path used twice", "bad .kitignore", "missing path"],
)
def test_what_cannot_be_packed_leaves_the_store_as_it_was(
    tools: Tools, folder: Path, spoil: Callable[[Path], None], error: type[errors.KitOpsError]
) -> None:
    spoil(folder)
    with pytest.raises(error) as caught:
        pack_folder(PackWork(folder, "a:1"), tools)
    assert kits(tools.store) == {}
    if isinstance(caught.value, errors.KitfileSyntaxError | errors.KitfileInvalid):
        assert caught.value.path == folder / "Kitfile"


def test_a_wrong_reference_is_said_before_the_folder_is_read(tools: Tools, tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidReference):
        pack_folder(PackWork(tmp_path / "missing", "Not A Reference"), tools)


def test_without_room_nothing_is_begun(folder: Path, small_disk: Callable[..., Path], tmp_path: Path) -> None:
    disk = small_disk(64 << 10)
    (folder / "model.bin").write_bytes(b"x" * (128 << 10))
    store = LocalStore(disk / "kitops")
    with pytest.raises(errors.DiskFull) as caught:
        pack_folder(PackWork(folder, "a:1"), Tools(store))
    assert caught.value.needed is not None
    assert caught.value.needed > 128 << 10
    assert store.listing().kits == ()


def test_the_trash_makes_room(folder: Path, small_disk: Callable[..., Path]) -> None:
    store = LocalStore(small_disk(512 << 10) / "kitops")
    tools = Tools(store)
    (folder / "model.bin").write_bytes(b"x" * (256 << 10))
    pack_folder(PackWork(folder, "a:1"), tools)
    store.remove([parse_reference("a:1")])
    (folder / "model.bin").write_bytes(b"y" * (256 << 10))
    pack_folder(PackWork(folder, "a:2"), tools)
    assert kits(store) == {"localhost/a": ("2",)}
    assert store.trash() == ()


def test_stopping_leaves_no_kit(tools: Tools, folder: Path) -> None:
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.total and progress.done:
            token.cancel()

    with pytest.raises(Cancelled):
        pack_folder(PackWork(folder, "a:1"), tools, token=token, report=stop)
    assert kits(tools.store) == {}


def test_a_project_knows_what_it_was_packed_as(workspace: Workspace, folder: Path) -> None:
    workspace.projects.add(folder)
    outcome = pack_folder(PackWork(folder, "team/churn:v1"), workspace.tools)
    (project,) = workspace.projects.list()
    assert (project.last_reference, project.last_digest) == ("team/churn:v1", outcome.packed.manifest.digest)


def test_packing_as_a_job(workspace: Workspace, folder: Path) -> None:
    job = workspace.jobs.submit(PackWork(folder, "team/churn:v1", compression=Compression.ZSTD))
    assert job.wait(60)
    assert job.error is None
    assert job.result is not None
    assert job.result.summary == "Packed team/churn:v1"
    assert job.result.details["reference"] == "localhost/team/churn:v1"
    assert job.result.details["digest"] == workspace.store.resolve(parse_reference("team/churn:v1")).digest
    assert job.progress.done == job.progress.total
    assert job.progress.done > 0


def test_the_work_is_made_again_from_its_parameters(tmp_path: Path) -> None:
    work = PackWork(
        tmp_path,
        "a:1,2",
        tmp_path / "Kitfile",
        "text",
        "ignored",
        Compression.GZIP,
        ("a", "b"),
        follow_links=True,
        rehash=True,
        parallel=3,
    )
    for each in (work, PackWork(tmp_path, allowed_secrets=None)):
        assert PackWork.from_parameters(json.loads(json.dumps(each.parameters()))) == each
