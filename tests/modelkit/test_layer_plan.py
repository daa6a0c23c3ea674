"""A plan knows its bytes before reading, gives any range of them, and never gives those of another file."""

from __future__ import annotations

import io
import os
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kitops_desktop.errors import SourceChanged, SourceUnreadable
from kitops_desktop.modelkit.entry_table import EntryTable
from kitops_desktop.modelkit.layer_plan import LayerPlan, PlannedDirectory, PlannedFile
from kitops_desktop.modelkit.media_types import Packaging
from kitops_desktop.modelkit.source_files import FileIdentity


def _plan(root: Path, *, packaging: Packaging = Packaging.TAR, follow_links: bool = False) -> LayerPlan:
    """A plan of all that is below ``root``."""
    table = EntryTable()
    for path in sorted(root.rglob("*")):
        name = os.fsencode(path.relative_to(root))
        status = path.stat() if follow_links else path.lstat()
        if path.is_dir():
            table.add_folder(name, status.st_mode)
        else:
            table.add_file(name, status.st_mode, FileIdentity.of(status))
    return LayerPlan(root, table, packaging=packaging, follow_links=follow_links)


def _all(plan: LayerPlan) -> bytes:
    return b"".join(plan.read())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "d").mkdir(parents=True)
    (root / "empty").write_bytes(b"")
    (root / "d" / "big").write_bytes(os.urandom(200_000))
    (root / "d" / ("long" * 60)).write_bytes(b"x" * 512)
    (root / "d" / "\u00fc").write_bytes(b"y" * 513)
    return root


def test_is_an_archive_of_exactly_the_size_it_said(tree: Path) -> None:
    plan = _plan(tree)
    size = plan.size
    content = _all(plan)
    assert len(content) == size
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == list(plan.names())
    assert (plan.file_count, plan.files_size, len(plan)) == (4, 201_025, 5)


def test_an_empty_plan_is_two_blocks_of_zeros(tmp_path: Path) -> None:
    assert _all(LayerPlan.of(tmp_path, ())) == bytes(1024)


def test_can_be_made_of_its_own_entries(tree: Path) -> None:
    plan = _plan(tree)
    again = LayerPlan.of(tree, plan.entries())
    assert again.fingerprint() == plan.fingerprint()
    kinds = [type(entry) for entry in plan.entries()]
    assert kinds.count(PlannedDirectory) == 1
    assert kinds.count(PlannedFile) == 4


def test_a_raw_layer_is_the_file_itself(tmp_path: Path) -> None:
    root = tmp_path / "raw"
    root.mkdir()
    (root / "server.mcpb").write_bytes(b"PK stands here")
    plan = _plan(root, packaging=Packaging.RAW)
    assert plan.size == 14
    assert _all(plan) == b"PK stands here"
    assert b"".join(plan.read(3, 6)) == b"stands"
    assert plan.fingerprint() != _plan(root).fingerprint()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_any_range_is_that_slice_of_the_whole(tree: Path, data: st.DataObject) -> None:
    plan = _plan(tree)
    whole = _all(plan)
    start = data.draw(st.integers(0, plan.size + 10))
    length = data.draw(st.one_of(st.none(), st.integers(0, plan.size + 10), st.integers(0, 600)))
    part = b"".join(plan.read(start, length))
    assert part == whole[start : None if length is None else start + length]
    for span in plan.spans(start, length):
        assert getattr(span, "content", b"x")


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _write_in_place(path: Path) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.write(b"Z")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def _swap_for_a_link(path: Path) -> None:
    moved = path.rename(path.with_name("moved"))
    path.symlink_to(moved)


def _swap_for_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _swap_for_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CHANGES = [
    (_append, "changed size"),
    (_write_in_place, "was written to"),
    (_replace, "was replaced"),
    (_swap_for_a_link, "was replaced"),
    (_swap_for_a_pipe, "was replaced"),
    (_swap_for_a_folder, "was replaced"),
    (Path.unlink, "vanished"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_notices_what_happened_to_a_file_before_it_was_read(
    tree: Path, change: Callable[[Path], None], said: str
) -> None:
    plan = _plan(tree)
    change(tree / "d" / "big")
    with pytest.raises(SourceChanged) as caught:
        _all(plan)
    assert caught.value.change == said
    assert caught.value.path == tree / "d" / "big"


@pytest.mark.parametrize("change", [_append, _write_in_place])
def test_notices_what_happened_to_a_file_while_it_was_read(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    (tmp_path / "big").write_bytes(bytes(5 << 20))
    pieces = _plan(tmp_path).read()
    next(pieces)
    next(pieces)
    change(tmp_path / "big")
    with pytest.raises(SourceChanged):
        list(pieces)


def test_a_file_cut_short_while_it_is_read_has_changed(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(5 << 20))
    pieces = _plan(tmp_path).read()
    next(pieces)
    next(pieces)
    os.truncate(tmp_path / "big", 1000)
    with pytest.raises(SourceChanged, match="changed size"):
        list(pieces)


def test_a_folder_swapped_for_a_file_has_lost_its_content(tree: Path) -> None:
    plan = _plan(tree)
    (tree / "d").rename(tree / "e")
    (tree / "d").write_text("a file")
    with pytest.raises(SourceChanged, match="vanished"):
        _all(plan)


def test_a_link_is_read_only_when_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("there")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "target")
    assert b"there" in _all(_plan(root, follow_links=True))
    with pytest.raises(SourceChanged, match="was replaced"):
        _all(_plan(root, follow_links=False))


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, run_unprivileged: Callable[..., CompletedProcess[str]]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0)
    script = (
        "import sys, pathlib, os\n"
        "from kitops_desktop.modelkit.layer_plan import LayerPlan, PlannedFile\n"
        "from kitops_desktop.modelkit.source_files import FileIdentity\n"
        "root = pathlib.Path(sys.argv[1]); file = root / 'secret'\n"
        "entry = PlannedFile(b'secret', file, 0, FileIdentity.of(file.stat()))\n"
        "try: list(LayerPlan.of(root, [entry]).read())\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = run_unprivileged([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parents[2])
    assert done.stdout == f"{SourceUnreadable.__name__} cannot read {secret}: Permission denied\n"


def test_the_fingerprint_tells_changes_but_not_folders_apart(tree: Path) -> None:
    first = _plan(tree).fingerprint()
    assert _plan(tree.rename(tree.with_name("elsewhere"))).fingerprint() == first
    moved = tree.with_name("elsewhere")
    (moved / "empty").chmod(0o600)
    assert _plan(moved).fingerprint() != first


def test_knows_the_latest_time_of_its_files(tree: Path) -> None:
    newest = max(max(p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in tree.rglob("*") if p.is_file())
    assert _plan(tree).newest_ns == newest
    assert LayerPlan.of(tree, ()).newest_ns == 0
