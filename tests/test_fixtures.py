"""The fixtures keep what they promise: a disk is full, permissions stop root, nothing is skipped in CI."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest


def test_no_test_sees_the_real_home(home: Path) -> None:
    for folder in (Path.home(), platformdirs.user_config_path(), platformdirs.user_cache_path()):
        assert folder.is_relative_to(home)
    assert Path(os.environ["KITOPS_HOME"]).is_relative_to(home)


def test_a_small_disk_is_soon_full(small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(64 * 1024)
    (disk / "fits").write_bytes(bytes(32 * 1024))
    with pytest.raises(OSError, match="No space left") as caught:
        (disk / "too big").write_bytes(bytes(128 * 1024))
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize("attempt", ["open('secret').read()", "open('folder/new', 'w')"])
def test_permissions_stop_a_program(
    run_unprivileged: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, attempt: str
) -> None:
    (tmp_path / "secret").touch(mode=0o000)
    (tmp_path / "folder").mkdir(mode=0o555)
    outcome = run_unprivileged([sys.executable, "-c", attempt], cwd=tmp_path)
    assert "PermissionError" in outcome.stderr


def test_a_missing_program_skips_here_and_fails_in_ci(
    require_program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        require_program("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        require_program("no-such-program")


def test_golden_input_is_extracted_with_its_modes(extract_input: Callable[[str], Path]) -> None:
    folder = extract_input("03-special-files")
    assert stat.S_IMODE((folder / "t" / "suid").stat().st_mode) == 0o4755
    assert stat.S_ISFIFO((folder / "t" / "pipe").stat().st_mode)
