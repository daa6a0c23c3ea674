"""Every command that made the golden ModelKits, run by us: the same output, the same exit code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.kit_commands import as_release, cases, expected, flags, release_digests, run_command

ExtractInput = Callable[..., Path]

DIFFERENT = {
    "01-all-sections: pack input -t x:1": "`kit` was given another, empty store there",
    "02-kitignore-overlap: pack": "`odd..name.txt` and files beside `main` are packed; --log-level debug",
    "05-compression: list": "compressed layers have other sizes; tests/modelkit compares what is in them",
    "06-tags-shared:": "the input changed between the commands; tests/modelkit packs every state of it",
    "07-modelkit-reference: pack input/child -t ref/child:0": "no parent is looked for at localhost:443",
    "07-modelkit-reference: pack input/child -t ref/child:1": "child/c.py is no parent's path c.py",
}
"""Commands whose output differs on purpose, and why. They must still end with the same exit code."""

EXACT_NUMBERS = {"steps: 1e+06": "steps: 1000000"}
"""`kit info` turns integers of seven digits into floats; ours stay exact."""


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reason_to_differ(case: str, command: list[str]) -> str | None:
    line = f"{case}: {' '.join(command)}"
    return next((why for start, why in DIFFERENT.items() if line.startswith(start)), None)


@pytest.mark.parametrize("case", cases())
def test_output_and_exit_codes(case: str, extract_input: ExtractInput, work: Path) -> None:
    extract_input(case)
    digests = release_digests(case)
    for command in expected(case)["commands"]:
        arguments = flags(command["argv"])
        answer = run_command(*arguments)
        assert answer.code == command["exit"], (arguments, answer)
        if reason_to_differ(case, arguments):
            continue
        wanted = as_release(command["stdout"], digests).replace(f"$WORK/{case}", str(work))
        assert sorted(comparable(answer.out, arguments)) == sorted(comparable(wanted, arguments)), arguments


def comparable(text: str, arguments: list[str]) -> list[str]:
    """The lines that must be equal: layers are packed in parallel and kits listed in the order of their
    digests.
    """
    if arguments[0] == "info" and arguments[1] == "par:1":
        return []  # compared to the byte with its own numbers in tests/kitfile
    for kits, exact in EXACT_NUMBERS.items():
        text = text.replace(kits, exact)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    if arguments[0] == "inspect":
        lines = [line.replace('"unknown"', '"1.7.0"') for line in lines]
    gzip = arguments[0] == "pack" and any(argument.startswith("gzip") for argument in arguments)
    return [line.partition("sha256:")[0] for line in lines] if gzip else lines


@pytest.mark.parametrize("case", ["06-tags-shared", "09-empty", "01-all-sections"])
def test_lists_are_equal_to_the_letter(case: str, golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the store that `kit` itself wrote, tables and JSON are `kit`'s to the letter."""
    monkeypatch.setenv("KITOPS_HOME", str(golden / case))
    commands = [
        command for command in expected(case)["commands"] if command["argv"][1] in ("list", "inspect")
    ]
    assert commands
    for command in commands:
        if "list" in command["argv"] or "inspect" in command["argv"]:
            assert run_command(*flags(command["argv"])).out == command["stdout"]
