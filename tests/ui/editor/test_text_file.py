"""A file that is edited here and may be written by others."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kitops_desktop.errors import ContentTooLarge, FileAccessError
from kitops_desktop.ui.editor.text_file import MAX_BYTES, ChangedOutside, TextFile


def test_bytes_survive_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "Kitfile"
    path.write_bytes(b"\xef\xbb\xbfa: caf\xe9\r\n")
    file = TextFile(path)
    assert file.saved is not None
    file.save(file.saved + "b: 1\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa: caf\xe9\r\nb: 1\r\n"


def test_a_new_file_is_written_and_has_usual_rights(tmp_path: Path) -> None:
    file = TextFile(tmp_path / "Kitfile")
    assert file.saved is None
    file.save("a: 1\n")
    assert file.saved == "a: 1\n"
    assert stat.S_IMODE((tmp_path / "Kitfile").stat().st_mode) == 0o644


def test_rights_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("a: 1\n")
    (tmp_path / "real").chmod(0o600)
    (tmp_path / "Kitfile").symlink_to("real")
    TextFile(tmp_path / "Kitfile").save("a: 2\n")
    assert (tmp_path / "Kitfile").is_symlink()
    assert (tmp_path / "real").read_text() == "a: 2\n"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o600


@pytest.mark.parametrize("theirs", ["a: 2\n", None])
def test_what_another_program_wrote_is_not_overwritten_unasked(tmp_path: Path, theirs: str | None) -> None:
    path = tmp_path / "Kitfile"
    path.write_text("a: 1\n")
    file = TextFile(path)
    if theirs is None:
        path.unlink()
    else:
        path.write_text(theirs)
    assert file.changed_outside
    with pytest.raises(ChangedOutside):
        file.save("a: 3\n")
    assert file.text_on_disk() == theirs
    file.save("a: 3\n", anyway=True)
    assert path.read_text() == "a: 3\n"
    assert not file.changed_outside


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "Kitfile"
    file = TextFile(path)
    with pytest.raises(FileAccessError) as caught:
        file.save("a: 1\n")
    assert caught.value.path == path
    assert file.saved is None


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "Kitfile").mkdir()
    with pytest.raises(FileAccessError):
        TextFile(tmp_path / "Kitfile")


def test_a_file_too_large_to_be_a_kitfile_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "Kitfile").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ContentTooLarge):
        TextFile(tmp_path / "Kitfile")


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    TextFile(tmp_path / "Kitfile").save("a: 1\n")
    assert [path.name for path in tmp_path.iterdir()] == ["Kitfile"]


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")
def test_the_owner_stays(tmp_path: Path) -> None:
    path = tmp_path / "Kitfile"
    path.write_text("a: 1\n")
    os.chown(path, 12345, 23456)
    path.chmod(0o664)
    TextFile(path).save("a: 2\n")
    made = path.stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (12345, 23456, 0o664)


@pytest.mark.parametrize(
    "content", [b"a: 1\r\nb: 2", b"\xef\xbb\xbfa: 1\n\n\n", b"a: 1\rb: 2\n\r\n", b"\n", b""]
)
def test_nothing_changes_but_what_was_edited(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Kitfile"
    path.write_bytes(content)
    file = TextFile(path)
    assert file.saved is not None
    file.save(file.saved)
    assert path.read_bytes() == content


def test_a_link_to_a_file_that_is_not_there_yet_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "Kitfile").symlink_to("elsewhere")
    file = TextFile(tmp_path / "Kitfile")
    assert file.saved is None
    file.save("a: 1\n")
    assert (tmp_path / "elsewhere").read_text() == "a: 1\n"
    assert (tmp_path / "Kitfile").is_symlink()


def test_what_a_text_came_from_is_known_until_it_is_distrusted(tmp_path: Path) -> None:
    (tmp_path / "Kitfile").write_text("a: 1\n")
    file = TextFile(tmp_path / "Kitfile")
    assert file.base == "a: 1\n"
    file.distrust()
    assert file.base is None
    assert file.saved == "a: 1\n"
    with pytest.raises(ChangedOutside):
        file.save("a: 2\n")
    file.save("a: 2\n", anyway=True)
    assert file.base == "a: 2\n"
