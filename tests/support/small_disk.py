"""A disk that is soon full: a tmpfs of a few bytes, mounted for one test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.programs import missing, require_program


@contextmanager
def small_disk(mount_point: Path, size: int) -> Iterator[Path]:
    """Mount an empty file system of `size` bytes (in whole pages) at `mount_point`, and unmount it after.

    Mounting needs root: an ordinary user's test is skipped (and fails under ``CI=true``).
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        missing("only root may mount a small disk")
    mount, umount = require_program("mount"), require_program("umount")
    mount_point.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(mount_point)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        missing(f"a small disk cannot be mounted here ({mounted.stderr.strip()})")
    try:
        yield mount_point
    finally:
        # lazily: a file that a failing test left open must not keep the disk
        subprocess.run([umount, "--lazy", str(mount_point)], check=True)
