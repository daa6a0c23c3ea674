"""The inputs that fuzzing found worth keeping: an archive for each target in tests/data/fuzz."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "data" / "fuzz"


def kept(target: str) -> dict[str, bytes]:
    """The inputs by their names; none for a target that was never fuzzed."""
    path = _archive(target)
    if not path.exists():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def keep(target: str, inputs: Iterable[bytes]) -> None:
    """Replace what is kept of a target; the same inputs give the same archive."""
    named = {hashlib.sha256(content).hexdigest()[:16]: content for content in inputs}
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(_archive(target), "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(named):
            archive.writestr(zipfile.ZipInfo(name), named[name], zipfile.ZIP_DEFLATED)


def _archive(target: str) -> Path:
    return _FOLDER / f"{target}.zip"
