"""That a session of tests fails when a secret is left in a file, a log, an output or a command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).resolve().parent
HEAD = """
import base64, logging, subprocess
from support.planted import *

def encoded(text):
    return base64.b64encode(text.encode())

"""
LEFT_IN_FILES = {
    "log": "(tmp_path / 'job.log').write_text(f'GET /v2/ as {PASSWORD}')",
    "records": "(tmp_path / 'records.sqlite').write_bytes(b'\\0' * 5000 + IDENTITY_TOKEN.encode())",
    "basic_0": "(tmp_path / 'basic_0').write_bytes(encoded(f'ab:{PASSWORD}'))",
    "basic_1": "(tmp_path / 'basic_1').write_bytes(encoded(f'abc:{PASSWORD}'))",
    "basic_2": "(tmp_path / 'basic_2').write_bytes(encoded(f'abcd:{PASSWORD}'))",
    "utf_16": "(tmp_path / 'utf_16').write_text(REFRESH_TOKEN, encoding='utf-16')",
    "name": "(tmp_path / OTHER_PASSWORD).touch()",
}
SHOWN = {
    "logged": "logging.getLogger('urllib3').debug('to %s', PASSWORD)",
    "printed": "print(ACCESS_TOKEN)",
    "argument": "subprocess.run(['true', PASSWORD])",
    "shell": "subprocess.run(f'true {PASSWORD}', shell=True)",
}
ALLOWED = {
    "kit_file": "(tmp_path / 'credentials.json').write_text(PASSWORD)",
    "flags": "subprocess.run(['true', '--password', PASSWORD, '-p', PASSWORD, f'--password={PASSWORD}'])",
    "input": "subprocess.run(['true'], input=PASSWORD.encode())",
    "user": "(tmp_path / 'users').write_text(USERNAME)",
}


def run_session(bodies: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run tests with these bodies in a session of its own, not in folders that ours is searched in."""
    with tempfile.TemporaryDirectory() as folder:
        tests = [f"def test_{name}(tmp_path):\n    {body}\n" for name, body in bodies.items()]
        (Path(folder) / "test_inner.py").write_text(HEAD + "\n".join(tests))
        (Path(folder) / "pytest.ini").touch()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "support.secret_watch",
            f"--basetemp={folder}/t",
            *options,
        ]
        environment = {**os.environ, "PYTHONPATH": str(TESTS)}
        outcome = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
    assert f"{len(bodies)} passed" in outcome.stdout, outcome.stdout  # the tests themselves find nothing
    return outcome


def test_a_secret_that_is_left_in_a_file_fails_the_session() -> None:
    outcome = run_session(LEFT_IN_FILES)
    assert outcome.returncode == 1
    for name in LEFT_IN_FILES:
        assert f"/test_{name}0/" in outcome.stdout, outcome.stdout


def test_a_secret_that_was_shown_fails_the_session() -> None:
    outcome = run_session(SHOWN)
    assert outcome.returncode == 1
    seen = [line for line in outcome.stdout.splitlines() if ", during test_inner.py::" in line]
    assert [line.partition(", during")[0] for line in seen if "Captured" not in line] == [
        "in what urllib3 logged",
        "among the arguments of a program that was started",
        "among the arguments of a program that was started",
    ]
    assert any("Captured stdout call" in line and line.endswith("test_printed") for line in seen), seen


def test_secrets_seen_by_several_processes_fail_the_session() -> None:
    outcome = run_session({**SHOWN, "log": LEFT_IN_FILES["log"]}, "-n", "2")
    assert outcome.returncode == 1
    assert "in what urllib3 logged, during test_inner.py::test_logged" in outcome.stdout
    assert "among the arguments of a program that was started, during test_inner.py::" in outcome.stdout
    assert "/test_log0/" in outcome.stdout


def test_what_is_made_for_secrets_may_hold_them() -> None:
    outcome = run_session(ALLOWED)
    assert outcome.returncode == 0, outcome.stdout
