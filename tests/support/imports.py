"""``kitops-desktop import`` in this process, and the kit that packing the same files by hand makes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kitops_desktop.kitfile.generate import generate
from kitops_desktop.kitfile.kitfile import Package
from kitops_desktop.kitfile.yaml_text import to_yaml
from support import kit_commands
from support.kit_commands import Answer, fine

PACKAGE = Package(name="Churn", authors=("Team",))


def imported(*arguments: str, stdin: str = "") -> Answer:
    return fine("import", *arguments, stdin=stdin)


def refused(*arguments: str) -> str:
    return kit_commands.refused("import", *arguments)


def digest(reference: str) -> str:
    found: str = json.loads(fine("inspect", reference).out)["digest"]
    return found


def packed(folder: Path, files: Mapping[str, bytes], kitfile: str = "", package: Package = PACKAGE) -> str:
    """The digest of a kit of these files, with the Kitfile that ``init`` would write for them."""
    for path, content in files.items():
        if path.rpartition("/")[2] not in ("Kitfile", ".gitattributes", ".gitignore"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    made = kitfile or to_yaml(generate(folder, package=package).kitfile)
    (folder / "Kitfile").write_text(made, encoding="utf-8")
    fine("pack", str(folder), "-t", "by-hand:1")
    return digest("by-hand:1")
