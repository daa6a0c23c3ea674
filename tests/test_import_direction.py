"""The direction of imports, as pyproject.toml lays it down, and that a wrong one would be noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def lint_imports(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*LINT, "--no-cache", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_imports_point_down_only() -> None:
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        ("oci/digest.py", "import kitops_desktop.ui", "oci is not allowed to import kitops_desktop.ui"),
        (
            "store/__init__.py",
            "import kitops_desktop.modelkit",
            "not allowed to import kitops_desktop.modelkit",
        ),
        ("oci/digest.py", "import PySide6.QtCore", "Illegal imports of protected package PySide6"),
        ("utils.py", "", "kitops_desktop.utils"),
    ],
)
def test_a_wrong_import_is_noticed(tmp_path: Path, module: str, line: str, complaint: str) -> None:
    skeleton = tmp_path / "kitops_desktop"
    for name in ("ui", "oci", "modelkit", "store"):
        (skeleton / name).mkdir(parents=True)
        (skeleton / name / "__init__.py").touch()
    for name in ("__init__.py", "__main__.py"):
        (skeleton / name).touch()
    (skeleton / "ui" / "__init__.py").write_text("import PySide6\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    assert lint_imports(tmp_path).returncode == 0
    (skeleton / module).write_text(line + "\n")
    outcome = lint_imports(tmp_path)
    assert outcome.returncode == 1
    assert complaint in " ".join(outcome.stdout.split())


def test_no_module_hides_from_the_check() -> None:
    """import-linter sees only packages: a folder without __init__.py may import what it likes."""
    folders = {path.parent for path in (ROOT / "kitops_desktop").rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
