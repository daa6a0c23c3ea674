"""Starting: quick, without Qt, and clear about wrong usage."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.kit_commands import run_command

CHECK = """
import sys
from kitops_desktop.__main__ import main
code = main()
loaded = sorted(name for name in sys.modules if name.split('.')[0] in ('PySide6', 'shiboken6'))
sys.exit(f'Qt was imported: {loaded}' if loaded else code)
"""


@pytest.mark.parametrize("arguments", [["version"], ["list"], ["--help"], ["pack", "--help"]])
def test_commands_start_without_qt(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tag", "a:1"], "TARGET_MODELKIT"),
        (["pack", ".", "--comp", "none"], "unrecognized arguments"),
        (["list", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["pack"], "required"),
        (["unpack", "a:1", "b:1"], "unrecognized arguments"),
        (["nonsense", "--flag"], "invalid choice"),
    ],
)
def test_wrong_usage_ends_with_1_and_the_usage(arguments: list[str], said: str) -> None:
    answer = run_command(*arguments)
    assert answer.code == 1
    assert answer.err.startswith("Error: ")
    assert said in answer.err
    assert "usage: kitops-desktop" in answer.err
    assert answer.out == ""


def test_global_flags_stand_before_or_after_the_command(tmp_path: object) -> None:
    before = run_command("--config", f"{tmp_path}/a", "list")
    after = run_command("list", "--config", f"{tmp_path}/a")
    assert before == after
    assert before.code == 0
