"""What bad input gets: one table. Each row is done on the command line, a real process, and in a window.

Every row says what happened, why, what was kept and what to do next; the command line ends with 1; and
nothing
half-written stands under a final name: the store verifies, and the target of an unpack has only what it had.

What bad folders get in the editor is a table of its own: ``tests/ui/editor/test_bad_folders.py``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, manifest_bytes
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from support.kit_commands import run_command
from support.privileges import unprivileged
from support.small_disk import small_disk
from support.window_probe import Shown, show_job

TESTS = Path(__file__).parent
KITFILE = "manifestVersion: 1.0.0\nmodel:\n  name: m\n  path: model.bin\ncode:\n  - path: src\n"
MIB = 1 << 20


@dataclass
class Scene:
    """One row being played. ``during`` is what goes on while the program runs."""

    root: Path
    project: Path
    target: Path
    home: Path
    works: list[PackWork | UnpackWork] = field(default_factory=list)
    during: Callable[[], AbstractContextManager[object]] = nullcontext
    is_stopped_by_permissions: bool = False

    def pack(self, reference: str = "kit:v1", **more: Any) -> None:  # noqa: ANN401 - fields of PackWork
        self.works.append(PackWork(self.project, reference, **more))

    def unpack(self, reference: str = "kit:v1") -> None:
        self.works.append(UnpackWork(reference, self.target))

    def packed(self) -> None:
        """Put the project into the store, as ``kit:v1``, and another kit that must stay usable."""
        other = self.root / "other"
        other.mkdir()
        (other / "Kitfile").write_text("manifestVersion: 1.0.0\ndocs:\n  - path: a.md\n")
        (other / "a.md").write_text("fine\n")
        for folder, name in ((self.project, "kit:v1"), (other, "other:v1")):
            answer = run_command("pack", str(folder), "-t", name)
            assert answer.code == 0, answer.err

    def layer(self) -> Path:
        """The file of the kit's first layer."""
        store = LocalStore(self.home)
        manifest = json.loads(store.blob_path(store.resolve(parse_reference("kit:v1")).digest).read_bytes())
        return store.blob_path(manifest["layers"][0]["digest"])


@dataclass(frozen=True)
class Row:
    """``texts`` are fragments of title, reason, what was kept, and next step."""

    name: str
    arrange: Callable[[Scene], None]
    texts: tuple[str, str, str, str]


def typo(scene: Scene) -> None:
    (scene.project / "Kitfile").write_text("manifestVersion: 1.0.0\ndatsets:\n  - path: src\n")
    scene.pack()


def two_entries_claim_a_path(scene: Scene) -> None:
    (scene.project / "Kitfile").write_text(
        "manifestVersion: 1.0.0\ncode:\n  - path: src\ndocs:\n  - path: src\n"
    )
    scene.pack()


def missing_path(scene: Scene) -> None:
    (scene.project / "model.bin").unlink()
    scene.pack()


def no_kitfile(scene: Scene) -> None:
    (scene.project / "Kitfile").unlink()
    scene.pack()


def invalid_reference(scene: Scene) -> None:
    scene.pack("My Team/Churn:v1")


def unknown_tag(scene: Scene) -> None:
    scene.packed()
    scene.unpack("kit:v9")


def not_a_modelkit(scene: Scene) -> None:
    scene.packed()
    store = LocalStore(scene.home)
    config = b"{}"
    described = Descriptor("application/vnd.oci.image.config.v1+json", digest_of(config), len(config))
    content = manifest_bytes(Manifest(described))
    manifest = Descriptor(MANIFEST_TYPE, digest_of(content), len(content))
    store.push_bytes(described, config)
    store.push_bytes(manifest, content)
    store.add_manifest("localhost/kit", manifest, ("image",))
    scene.unpack("kit:image")


def unreadable_folder(scene: Scene) -> None:
    (scene.project / "src").chmod(0)
    scene.is_stopped_by_permissions = True
    scene.pack()


def read_only_store(scene: Scene) -> None:
    scene.packed()
    for folder in (scene.home, *scene.home.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o555)
    (scene.project / "model.bin").write_bytes(b"other weights")
    scene.is_stopped_by_permissions = True
    scene.pack("kit:v2")


def damaged_index(scene: Scene) -> None:
    scene.packed()
    index = scene.home / "storage" / "bG9jYWxob3N0L2tpdA==-index.json"
    index.write_bytes(index.read_bytes()[:40])
    scene.unpack()


def missing_blob(scene: Scene) -> None:
    scene.packed()
    scene.layer().unlink()
    scene.unpack()


def tampered_blob(scene: Scene) -> None:
    scene.packed()
    layer = scene.layer()
    content = bytearray(layer.read_bytes())
    content[600] ^= 1
    layer.chmod(0o600)
    layer.write_bytes(content)
    scene.unpack()


def changing_file(scene: Scene) -> None:
    """Somebody writes to the model all the time."""
    model = scene.project / "model.bin"
    model.write_bytes(bytes(64 * MIB))

    @contextmanager
    def writing() -> Iterator[None]:
        stop = threading.Event()

        def write() -> None:
            with model.open("r+b") as file:
                while not stop.is_set():
                    os.pwrite(file.fileno(), b"x", 0)
                    os.utime(file.fileno())
                    stop.wait(0.001)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    scene.during = writing
    scene.pack()


def vanishing_file(scene: Scene) -> None:
    """A file of a layer is deleted once the layer's first file is being copied."""
    source = scene.project / "src"
    with (source / "a.bin").open("wb") as file:
        file.truncate(384 * MIB)
    last = source / "z.txt"

    @contextmanager
    def deleting() -> Iterator[None]:
        last.write_text("soon gone")
        stop = threading.Event()
        partial = scene.home / "kitops-desktop" / "partial"

        def delete() -> None:
            while not stop.wait(0.002):
                if any(path.stat().st_size > 32 * MIB for path in partial.glob("*") if path.exists()):
                    last.unlink(missing_ok=True)
                    return

        thread = threading.Thread(target=delete)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    scene.during = deleting
    scene.pack()


ROWS = (
    Row(
        "typo in a Kitfile",
        typo,
        (
            "The Kitfile cannot be read",
            "Line 2: field datsets not found in type artifact.KitFile. Did you mean",
            "Nothing was changed",
            "Correct line 2",
        ),
    ),
    Row(
        "two entries claim a path",
        two_entries_claim_a_path,
        (
            "The Kitfile breaks a rule",
            "use the same path src",
            "Nothing was changed",
            "Correct what is listed",
        ),
    ),
    Row(
        "missing path",
        missing_path,
        (
            "A path of the Kitfile is not in the folder",
            "model.bin",
            "Your files are untouched",
            "Put model.bin where",
        ),
    ),
    Row(
        "no Kitfile",
        no_kitfile,
        ("There is no Kitfile", "has no file named Kitfile", "Nothing was changed", "have one made"),
    ),
    Row(
        "invalid reference",
        invalid_reference,
        (
            "“My Team/Churn:v1” is no reference",
            "must be lowercase",
            "Nothing was changed",
            "`myteam/churn:v1`",
        ),
    ),
    Row(
        "unknown tag",
        unknown_tag,
        ("There is no such ModelKit", "kit:v9", "Nothing was changed", "Look at the names and tags"),
    ),
    Row(
        "not a ModelKit",
        not_a_modelkit,
        ("This is not a ModelKit", "kit:image exists", "Nothing was changed", "Check the reference"),
    ),
    Row(
        "unreadable folder",
        unreadable_folder,
        ("cannot be read", "src: Permission denied", "Your files are untouched", "permission to read it"),
    ),
    Row(
        "read-only store",
        read_only_store,
        (
            "The local store may not be written",
            "read-only for you",
            "unpacking them works",
            "Choose another store",
        ),
    ),
    Row(
        "damaged index",
        damaged_index,
        (
            "A file of the local store is damaged",
            "-index.json",
            "All other kits stay usable",
            "Verify and repair the store",
        ),
    ),
    Row(
        "missing blob",
        missing_blob,
        ("is missing", "sha256:", "", "Pack or get the kit again"),
    ),
    Row(
        "tampered blob",
        tampered_blob,
        ("damaged or was tampered with", "has in fact the digest", "", "Do not use this copy"),
    ),
    Row(
        "changing file",
        changing_file,
        (
            "A file changed while it was packed",
            "model.bin",
            "Your files are untouched",
            "Wait until nothing writes",
        ),
    ),
    Row(
        "vanishing file",
        vanishing_file,
        (
            "A file changed while it was packed",
            "z.txt",
            "Your files are untouched",
            "Wait until nothing writes",
        ),
    ),
)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "Kitfile").write_text(KITFILE)
    (project / "model.bin").write_bytes(b"weights" * 100)
    (project / "src" / "train.py").write_text("print('hello')\n")
    home = Path(os.environ["KITOPS_HOME"])
    return Scene(tmp_path, project, tmp_path / "target", home)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_on_the_command_line(row: Row, scene: Scene) -> None:
    row.arrange(scene)
    done = play(scene, [sys.executable, "-m", "kitops_desktop", *arguments_of(scene.works[0])])
    assert done.returncode == 1, done.stdout
    said = " ".join(done.stderr.split())
    assert "Traceback" not in said
    assert done.stderr.startswith("[ERROR] ") or "\n[ERROR] " in done.stderr
    for text in row.texts:
        assert text in said
    assert_nothing_half_written(scene)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_in_the_window(row: Row, scene: Scene, qapp: QApplication) -> None:
    row.arrange(scene)
    shown = shown_in_a_window(scene, scene.works[0], qapp)
    assert shown.state == "failed"
    said = " ".join(" ".join(shown.texts).split())
    for text in row.texts:
        assert text in said
    assert_nothing_half_written(scene)


def test_a_full_disk_on_the_command_line(scene: Scene) -> None:
    (scene.project / "model.bin").write_bytes(os.urandom(4 * MIB))
    with small_disk(scene.root / "disk", 3 * MIB) as disk:
        answer = run_command("--config", str(disk / "kitops"), "pack", str(scene.project), "-t", "kit:v1")
        assert answer.code == 1
        said = " ".join(answer.err.split())
        for text in ("The disk is full", "are needed at", "nothing half-written", "choose another folder"):
            assert text in said
        assert run_command("--config", str(disk / "kitops"), "verify").code == 0
        assert run_command("--config", str(disk / "kitops"), "list", "--format", "json").out.strip() == "[]"


def test_a_full_disk_in_the_window(scene: Scene, qapp: QApplication) -> None:
    """The target of an unpack is full; what was there stays."""
    (scene.project / "model.bin").write_bytes(os.urandom(4 * MIB))
    scene.packed()
    with small_disk(scene.root / "disk", 3 * MIB) as disk:
        (disk / "mine.txt").write_text("mine")
        shown = shown_in_a_window(scene, UnpackWork("kit:v1", disk), qapp)
        assert shown.state == "failed"
        assert "The disk is full" in " ".join(shown.texts)
        assert [path.name for path in disk.iterdir()] == ["mine.txt"]


def test_names_that_are_not_utf8_and_links_in_circles_are_packed_or_named(scene: Scene) -> None:
    """Nothing is wrong with them: the first are packed as they are, the others listed as left out."""
    (scene.project / "src" / os.fsdecode(b"caf\xe9.py")).write_text("x = 1\n")
    (scene.project / "src" / "loop").symlink_to(scene.project / "src")
    (scene.project / "src" / "again").symlink_to("again")
    answer = run_command("-v", "pack", str(scene.project), "-t", "kit:v1")
    assert answer.code == 0, answer.err
    assert "left out src/loop: link" in answer.err
    assert "left out src/again: link" in answer.err
    assert run_command("unpack", "kit:v1", "-d", str(scene.target)).code == 0
    names = {os.fsencode(path.name) for path in (scene.target / "src").iterdir()}
    assert names == {b"caf\xe9.py", b"train.py"}


@pytest.mark.slow
def test_a_folder_of_200_000_files_is_packed(scene: Scene) -> None:
    """On a file system in memory, where making so many files takes no minutes."""
    with small_disk(scene.root / "disk", 1 << 30) as disk:
        (disk / "Kitfile").write_text("manifestVersion: 1.0.0\ndatasets:\n  - path: many\n")
        for number in range(200):
            folder = disk / "many" / f"{number:03}"
            folder.mkdir(parents=True)
            handle = os.open(folder, os.O_RDONLY)
            for name in range(1000):
                os.close(os.open(f"{name:04}.txt", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=handle))
            os.close(handle)
        answer = run_command("-v", "pack", str(disk), "-t", "kit:v1")
        assert answer.code == 0, answer.err
    listed = run_command("files", "kit:v1", "--format", "json")
    assert listed.out.count('"type": "file"') == 200_000


def arguments_of(work: PackWork | UnpackWork) -> list[str]:
    """The command line that does the same."""
    if isinstance(work, PackWork):
        return ["pack", str(work.folder), "-t", work.reference]
    return ["unpack", work.reference, "-d", str(work.target)]


def shown_in_a_window(scene: Scene, work: PackWork | UnpackWork, application: QApplication) -> Shown:
    """A window of this process, or of one that permissions stop."""
    parameters = json.dumps(work.parameters())
    if not scene.is_stopped_by_permissions:
        with scene.during():
            return show_job(application, work.kind, parameters)
    done = play(scene, [sys.executable, "-m", "support.window_probe", work.kind, parameters])
    assert done.returncode == 0, done.stderr
    return Shown(**json.loads(done.stdout.splitlines()[-1]))


def play(scene: Scene, argv: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program in the scene."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "QT_QPA_PLATFORM": "offscreen"}
    command = unprivileged(argv) if scene.is_stopped_by_permissions else argv
    with scene.during():
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=120
        )


def assert_nothing_half_written(scene: Scene) -> None:
    """No partial file, no new kit, no layer in the target (the Kitfile comes before the layers); every blob
    is
    what its name says, but those we damaged.
    """
    partial = scene.home / "kitops-desktop" / "partial"
    assert not partial.exists() or not list(partial.iterdir())
    assert not scene.target.exists() or {path.name for path in scene.target.iterdir()} <= {"Kitfile"}
    kits = {name for kit in LocalStore(scene.home).listing().kits for name in kit.tags}
    assert kits <= {"v1", "image"}
    if scene.works[0].kind == "pack":
        assert LocalStore(scene.home).verify().damage == ()
