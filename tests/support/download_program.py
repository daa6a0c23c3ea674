"""A download as a job in a process of its own, which kills itself when it has written so many bytes.

``python -m support.download_program OFFSET ADDRESS TARGET``: see ``support.mortal_process``. It prints the
class of what went wrong.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kitops_desktop.jobs.hugging_face_job import HuggingFaceWork
from kitops_desktop.workspace import open_workspace
from support.mortal_process import die_after

_TESTS = Path(__file__).parents[1]


def command(address: str, target: Path, offset: int = 0) -> list[str]:
    return [sys.executable, "-m", "support.download_program", str(offset), address, str(target)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{_TESTS.parent}{os.pathsep}{_TESTS}"}


def main(offset: str, address: str, target: str) -> int:
    workspace = open_workspace()
    try:
        if int(offset):
            die_after(int(offset))
        job = workspace.jobs.submit(HuggingFaceWork(address, Path(target)))
        job.wait()
        print(type(job.error).__name__, job.explanation)  # noqa: T201 - whoever started it reads this
        return 0 if job.error is None else 1
    finally:
        workspace.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
