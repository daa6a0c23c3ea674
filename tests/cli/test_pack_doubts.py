"""``pack`` names the secrets and pickles it packed, and stops before them when asked to."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.kit_commands import run_command

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
EVIL = b"\x80\x04cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Kitfile").write_text("manifestVersion: 1.0.0\ncode:\n- path: .\n")
    (tmp_path / "run.py").write_text(f"KEY = '{TOKEN}'\n")
    (tmp_path / "model.pkl").write_bytes(EVIL)
    return tmp_path


def test_secrets_and_pickles_by_content_are_warnings(project: Path) -> None:
    answer = run_command("pack", str(project), "-t", "x:1")
    assert answer.code == 0
    assert "packed a secret: run.py (Line 1: GitHub token.)" in answer.err
    assert (
        "packed a pickle: model.pkl (Loading it can run any program: it imports posix.system.)" in answer.err
    )
    assert TOKEN not in answer.out + answer.err


def test_it_stops_before_a_secret_that_only_its_content_gives_away(project: Path) -> None:
    answer = run_command("pack", str(project), "-t", "x:1", "--refuse-secrets")
    assert answer.code == 1
    assert "run.py" in answer.err
    (project / ".kitignore").write_text("run.py\n")
    assert run_command("pack", str(project), "-t", "x:1", "--refuse-secrets").code == 0
