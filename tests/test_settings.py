"""Settings survive: broken files, other versions, refusals of the disk."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import SettingsError
from kitops_desktop.settings import Settings, SettingsFile, platform_folders


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.json")


def test_without_a_file_there_are_defaults_and_nothing_is_made(file: SettingsFile) -> None:
    assert file.load() == Settings()
    assert not file.path.parent.exists()


def test_what_is_saved_is_loaded(file: SettingsFile) -> None:
    chosen = Settings(
        store_home="/data/kits", appearance="dark", compression="zstd", trash_days=0, first_run_done=True
    )
    file.save(chosen)
    assert SettingsFile(file.path).load() == chosen
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["settings.json"]


def test_keys_of_other_versions_are_kept(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text('{"author": "me", "mirrors": [{"host": "ghcr.io"}]}')
    file.save(replace(file.load(), author="you"))
    saved = json.loads(file.path.read_text())
    assert saved["author"] == "you"
    assert saved["mirrors"] == [{"host": "ghcr.io"}]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appearance", "pink"),
        ("compression", ["gzip"]),
        ("parallel_layers", -1),
        ("parallel_layers", True),
        ("parallel_layers", 1_000_000),
        ("trash_days", "7"),
        ("first_run_done", 1),
        ("author", None),
        ("store_home", "a\0b"),
    ],
)
def test_a_value_of_the_wrong_kind_counts_as_not_set(file: SettingsFile, key: str, value: Any) -> None:  # noqa: ANN401
    file.path.parent.mkdir()
    file.path.write_text(json.dumps({key: value, "unpack_folder": "/models"}))
    assert file.load() == Settings(unpack_folder="/models")
    assert file.notice == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_kept_aside(file: SettingsFile, content: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    assert file.load() == Settings()
    assert file.path.with_name("settings.json.damaged").read_bytes() == content
    assert "settings.json.damaged" in file.notice
    file.save(Settings(author="me"))
    assert file.load().author == "me"
    assert file.notice == ""


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    file = SettingsFile(path)
    assert file.load() == Settings()
    assert str(path) in file.notice


def test_what_cannot_be_saved_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(SettingsError) as caught:
        SettingsFile(tmp_path / "config" / "settings.json").save(Settings())
    assert caught.value.path == tmp_path / "config" / "settings.json"


def test_a_full_disk_leaves_the_old_settings(small_disk: Any) -> None:  # noqa: ANN401
    disk = small_disk(64 << 10)
    file = SettingsFile(disk / "settings.json")
    file.save(Settings(author="me"))
    (disk / "filler").write_bytes(b"x" * (disk_free(disk) - 4096))
    with pytest.raises(SettingsError):
        file.save(Settings(author="you" * 20_000))
    assert file.load().author == "me"
    assert sorted(path.name for path in disk.iterdir()) == ["filler", "settings.json"]


def disk_free(folder: Path) -> int:
    import shutil

    return shutil.disk_usage(folder).free


def test_a_link_to_the_settings_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    link = tmp_path / "settings.json"
    link.symlink_to(real)
    SettingsFile(link).save(Settings(author="me"))
    assert link.is_symlink()
    assert json.loads(real.read_text())["author"] == "me"


def test_folders_are_those_of_the_platform(home: Path) -> None:
    folders = platform_folders()
    assert folders.config == home / "config" / "kitops-desktop"
    assert folders.state == home / "state" / "kitops-desktop"
    assert folders.data == home / "data" / "kitops-desktop"
    assert folders.cache == home / "cache" / "kitops-desktop"
    assert not folders.config.exists()
