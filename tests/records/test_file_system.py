"""Which folders are on a disk of this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.records.file_system import is_local

MOUNTS = rb"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /home rw - nfs4 server:/home rw
31 30 0:27 / /home/me/scratch rw shared:5 master:2 - xfs /dev/vdb rw
32 22 0:28 / /mnt/my\040share rw - cifs //server/share rw
33 22 0:29 / /mnt/remote rw - fuse.sshfs me@host:/ rw
34 22 0:30 / /odd rw - madeupfs none rw
not a line of this kind
"""


@pytest.mark.parametrize(
    ("folder", "local"),
    [
        ("/var/lib", True),
        ("/home/me", False),
        ("/homes/me", True),
        ("/home/me/scratch/state", True),
        ("/mnt/my share/state", False),
        ("/mnt/remote", False),
        ("/odd/place", False),
    ],
)
def test_the_nearest_mount_decides(tmp_path: Path, folder: str, local: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(MOUNTS)
    assert is_local(Path(folder), mounts) is local


def test_what_is_not_known_counts_as_remote(tmp_path: Path) -> None:
    assert not is_local(tmp_path, tmp_path / "missing")
