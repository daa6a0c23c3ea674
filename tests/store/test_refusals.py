"""What the store refuses, and what the system refuses the store."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    BlobNotFound,
    DiskFull,
    InvalidArgument,
    InvalidReference,
    ReferenceNotFound,
    StoreUnavailable,
)
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import Listing, LocalStore
from support.stored_kits import add_kit, blob, broken_rules, rows, write_kit

ROOT = Path(__file__).parents[2]
READ_ONLY = """
import sys
from pathlib import Path
from kitops_desktop.errors import StoreReadOnly
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit, blob

store = LocalStore(Path(sys.argv[1]), settle=0)
kits = store.listing().kits
assert [(kit.repository, kit.tags) for kit in kits] == [("localhost/a", ("1",))], kits
with store.fetch(blob(b"layer")) as reader:
    assert reader.read() == b"layer"
manifest = store.resolve(parse_reference("a:1"))
assert store.verify().damage == ()
assert store.heal() == ()
assert store.trash() == ()
assert store.empty_trash() == 0
store.disk_use()
store.plan_removal([parse_reference("a:1")])
store.plan_prune()
with store.lease([manifest.digest]):
    pass
for write in (
    lambda: store.ingest(),
    lambda: store.push_bytes(blob(b"new"), b"new"),
    lambda: store.add_manifest("localhost/b", manifest, ["1"]),
    lambda: store.tag(parse_reference("a:1"), parse_reference("a:2")),
    lambda: store.remove([parse_reference("a:1")]),
    lambda: store.prune(),
):
    try:
        write()
    except StoreReadOnly as error:
        assert error.path == store.home
    else:
        raise AssertionError("written")
print("done")
"""


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "none")
    assert store.listing() == Listing((), ())
    assert store.stamp() == ()
    assert store.trash() == ()
    assert store.empty_trash() == 0
    assert store.verify().checked == 0
    assert store.prune().id == ""
    assert store.heal() == ()
    assert store.disk_use().total == 0
    assert store.free_space() > 0
    with pytest.raises(ReferenceNotFound):
        store.remove([parse_reference("a:1")])
    with pytest.raises(ReferenceNotFound):
        store.resolve(parse_reference("a:1"))
    with pytest.raises(BlobNotFound):
        store.fetch(blob(b"x"))
    assert not store.exists(blob(b"x"))
    assert list(tmp_path.iterdir()) == []


def test_first_use_makes_what_kit_makes(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "deep" / "kitops")
    add_kit(store, "localhost/a", [], b"layer")
    storage = store.home / "storage"
    assert (storage / "oci-layout").read_text() == '{"imageLayoutVersion":"1.0.0"}'
    assert sorted(path.name for path in storage.iterdir()) == [
        "bG9jYWxob3N0L2E=-index.json",
        "blobs",
        "index.json",
        "oci-layout",
    ]
    assert (storage / "index.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("how", ["modes", "mount"])
def test_a_read_only_store(
    tmp_path: Path, how: str, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    home = tmp_path / "kitops"
    add_kit(LocalStore(home), "localhost/a", ["1"], b"layer")
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    argv = [sys.executable, "-c", READ_ONLY, str(home)]
    if how == "mount":
        mount = f'mount --bind {home} {home} && mount -o remount,ro,bind {home} && exec "$@"'
        argv = ["unshare", "--mount", "sh", "-c", mount, "sh", *argv]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment)
    else:
        for path in (home, *home.rglob("*")):
            path.chmod(path.stat().st_mode & 0o555)
        done = run_unprivileged(argv, env=environment)
        for path in (home, *home.rglob("*")):
            path.chmod(path.stat().st_mode | 0o700)
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_a_folder_that_may_not_be_read(
    tmp_path: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    home = tmp_path / "kitops"
    add_kit(LocalStore(home), "localhost/a", ["1"], b"layer")
    (home / "storage").chmod(0)
    code = (
        "import sys; from pathlib import Path; from kitops_desktop.errors import StoreUnavailable;"
        "from kitops_desktop.store.local_store import LocalStore\n"
        "try: LocalStore(Path(sys.argv[1])).listing()\n"
        "except StoreUnavailable as error: print(error.reason)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = run_unprivileged([sys.executable, "-c", code, str(home)], env=environment)
    (home / "storage").chmod(0o755)
    assert (done.stdout, done.stderr) == ("Permission denied\n", "")


def test_a_file_in_the_place_of_the_store(tmp_path: Path) -> None:
    (tmp_path / "kitops").write_text("")
    store = LocalStore(tmp_path / "kitops")
    with pytest.raises(StoreUnavailable):
        store.listing()
    with pytest.raises(StoreUnavailable):
        store.ingest()


@pytest.mark.parametrize(("length", "fits"), [(173, True), (174, False), (400, False)])
def test_names_that_are_too_long_for_a_file(tmp_path: Path, length: int, fits: bool) -> None:
    """With ``localhost/`` and the suffix of the index file 183 bytes are the most."""
    store = LocalStore(tmp_path / "kitops")
    name = f"localhost/{'a' * length}"
    manifest = write_kit(store, b"layer")
    if fits:
        store.add_manifest(name, manifest, ("1",))
        assert rows(store) == {(name, "1", manifest.digest)}
        return
    with pytest.raises(InvalidReference) as caught:
        store.add_manifest(name, manifest, ("1",))
    assert "too long" in caught.value.reason
    assert caught.value.text == name
    add_kit(store, "localhost/a", ["1"], b"layer")
    with pytest.raises(InvalidReference):
        store.tag(parse_reference("a:1"), parse_reference("a" * length))
    assert broken_rules(store.home) == []


def test_what_is_not_there(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops")
    add_kit(store, "localhost/a", ["1"], b"layer")
    digest = digest_of(b"other")
    for text in ("a:2", "b:1", f"a@{digest}", digest):
        reference = parse_reference(text)
        with pytest.raises(ReferenceNotFound) as caught:
            store.remove([parse_reference("a:1"), reference])
        assert caught.value.reference == reference.short
        with pytest.raises(ReferenceNotFound):
            store.tag(reference, parse_reference("c:1"))
    assert {row[:2] for row in rows(store)} == {("localhost/a", "1")}, "nothing was removed"
    with pytest.raises(InvalidArgument):
        store.tag(parse_reference("a:1"), parse_reference(f"a@{digest}"))
    with pytest.raises(InvalidArgument):
        store.restore("20200101T000000-00000000")
    with pytest.raises(InvalidArgument):
        store.restore("../..")


def test_index_files_on_a_full_disk(small_disk: Callable[..., Path]) -> None:
    disk = small_disk(1 << 20)
    store = LocalStore(disk / "kitops")
    add_kit(store, "localhost/a", ["1"], b"layer")
    manifest = write_kit(store, b"another layer", name="other")
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    with pytest.raises(DiskFull):
        store.add_manifest("localhost/b", manifest, ("1",))
    with pytest.raises(DiskFull):
        store.tag(parse_reference("a:1"), parse_reference("a:2"))
    assert broken_rules(store.home) == []
    filler.unlink()
    store.add_manifest("localhost/b", manifest, ("1",))
    assert {row[:2] for row in rows(store)} == {("localhost/a", "1"), ("localhost/b", "1")}
