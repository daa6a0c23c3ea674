"""Running a program as somebody whom file permissions stop.

Root reads and writes whatever it likes, so a test of "no permission" that runs as root would test nothing.
Becoming another user is no way out: that user may not be allowed to read this interpreter. So the program
keeps the user and loses the capabilities by which root overrides permissions (capabilities(7)); the modes of
its own files then count, as they do for everybody else.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.programs import require_program

_OVERRIDING = "-dac_override,-dac_read_search,-fowner"


def unprivileged(argv: Sequence[str | os.PathLike[str]]) -> list[str]:
    """The command line that runs `argv` with permissions enforced: by setpriv when the tests run as root."""
    command = [os.fspath(word) for word in argv]
    if os.geteuid() != 0:
        return command
    setpriv = require_program("setpriv")
    return [setpriv, f"--bounding-set={_OVERRIDING}", f"--inh-caps={_OVERRIDING}", *command]


def run_unprivileged(
    argv: Sequence[str | os.PathLike[str]], env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `argv` with permissions enforced and give its outcome, text captured."""
    return subprocess.run(
        unprivileged(argv), capture_output=True, text=True, check=False, timeout=60, env=env, cwd=cwd
    )
