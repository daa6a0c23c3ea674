"""MCP bundles: ZIP files with a ``manifest.json`` at their root, which newer `kit` stores as they are."""

from __future__ import annotations

import zipfile
from pathlib import Path

from kitops_desktop.errors import InvalidMcpBundle


def check_bundle(path: Path, name: str) -> None:
    """Raise ``InvalidMcpBundle`` unless ``path`` is a bundle; ``name`` is what the Kitfile calls it."""
    if not path.is_file():
        raise InvalidMcpBundle(name, path, "must be a single .mcpb file")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidMcpBundle(name, path, "is not a valid ZIP archive") from error
    if "manifest.json" not in names:
        raise InvalidMcpBundle(name, path, "does not contain a manifest.json at its root")
