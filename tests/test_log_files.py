"""Logs: masked, rotating, private, and one of its own for a job."""

from __future__ import annotations

import logging
import os
import stat
import threading
from pathlib import Path

import pytest

from kitops_desktop.log_files import (
    FILE_NAME,
    MAX_BYTES,
    job_log,
    remove_old_job_logs,
    start_logging,
    stop_logging,
)

log = logging.getLogger("kitops_desktop.test")


def test_the_program_logs_to_a_private_file_without_secrets(tmp_path: Path) -> None:
    handler = start_logging(tmp_path / "logs")
    try:
        log.info("signed in with password=%s", "hunter2")
        try:
            raise OSError("https://me:geheim@host/")
        except OSError:
            log.exception("failed")
    finally:
        stop_logging(handler)
    path = tmp_path / "logs" / FILE_NAME
    text = path.read_text()
    assert "signed in with password=***" in text
    assert "Traceback" in text
    assert "hunter2" not in text
    assert "geheim" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_large_log_is_put_aside(tmp_path: Path) -> None:
    handler = start_logging(tmp_path)
    try:
        for _ in range(4):
            log.info("x" * (MAX_BYTES // 2))
    finally:
        stop_logging(handler)
    assert (tmp_path / f"{FILE_NAME}.1").exists()
    assert all(path.stat().st_size <= MAX_BYTES for path in tmp_path.iterdir())


def test_without_a_folder_nothing_is_logged(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    assert start_logging(tmp_path / "logs") is None
    with job_log(tmp_path / "logs" / "job.log") as path:
        assert path is None


def test_a_job_log_has_only_what_its_thread_says(tmp_path: Path) -> None:
    path = tmp_path / "jobs" / "1.log"
    with job_log(path):
        log.info("mine")
        other = threading.Thread(target=log.info, args=("of another",))
        other.start()
        other.join()
    log.info("too late")
    text = path.read_text()
    assert "mine" in text
    assert "of another" not in text
    assert "too late" not in text


@pytest.mark.parametrize("keep", [0, 2])
def test_old_job_logs_are_removed(tmp_path: Path, keep: int) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.log"
        path.write_text("")
        os.utime(path, (number, number))
    (tmp_path / "other.txt").write_text("")
    remove_old_job_logs(tmp_path, keep)
    left = sorted(path.name for path in tmp_path.glob("*.log"))
    assert left == [f"{number}.log" for number in range(4 - keep, 4)]
    assert (tmp_path / "other.txt").exists()
    remove_old_job_logs(tmp_path / "missing", keep)
