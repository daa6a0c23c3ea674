"""``init --smart``: a Kitfile by content, its reasons, and the lines for ``.kitignore``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kitops_desktop.cli.main import main
from kitops_desktop.kitfile.reading import read_kitfile
from support.model_files import small_safetensors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model, data, code, a secret by name and a pickle that would run a program."""
    made = tmp_path / "churn"
    (made / "data").mkdir(parents=True)
    (made / "data" / "a.csv").write_text("a,b\n1,2\n")
    (made / "data" / "b.csv").write_text("a,b\n1,2\n")
    (made / "model.safetensors").write_bytes(small_safetensors())
    (made / "old.pkl").write_bytes(b'cos\nsystem\n(S"x"\ntR.')
    (made / "train.py").write_text("1\n")
    (made / ".env").write_text("A=1\n")
    return made


def test_the_kitfile_is_written_with_its_reasons(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(folder), "--smart", "--desc", "leaving", "--author", "MLTeam"]) == 0
    kitfile = read_kitfile((folder / "Kitfile").read_text())
    assert kitfile.model is not None
    assert (kitfile.model.path, kitfile.model.format) == ("model.safetensors", "safetensors")
    assert [entry.path for entry in kitfile.datasets] == ["data"]
    assert (kitfile.package.name, kitfile.package.description) == ("churn", "leaving")
    assert kitfile.package.authors == ("MLTeam",)
    said = capsys.readouterr()
    assert "Its header lists 2 tensors, 15 parameters, mostly BF16." in said.out
    assert "old.pkl: loading it imports os.system" in said.err
    assert ".env: Environment files" in said.err
    assert not (folder / ".kitignore").exists(), "nobody asked for it"


def test_the_lines_for_kitignore_are_written_when_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(folder), "--smart", "--kitignore"]) == 0
    assert (folder / ".kitignore").read_text() == "**/.env\n"
    (folder / "Kitfile").unlink()
    (folder / ".kitignore").write_text("*.tmp\n")
    assert main(["init", str(folder), "--smart", "--kitignore"]) == 1
    assert "--force" in capsys.readouterr().err
    assert not (folder / "Kitfile").exists(), "nothing is written by halves"
    assert main(["init", str(folder), "--smart", "--kitignore", "--force"]) == 0
    assert (folder / ".kitignore").read_text() == "*.tmp\n**/.env\n"


def test_all_of_it_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(folder), "--smart", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kitfile"] == (folder / "Kitfile").read_text()
    by_field = {guess["field"]: guess for guess in said["guesses"]}
    assert by_field["model.path"]["value"] == "model.safetensors"
    assert "old.pkl" in by_field["model.path"]["alternatives"]
    assert [one["pattern"] for one in said["ignore"]] == ["**/.env"]
    assert said["pickles"] == [{"path": "old.pkl", "imports": ["os.system"]}]


def test_a_kitfile_is_not_overwritten(folder: Path) -> None:
    (folder / "Kitfile").write_text("mine\n")
    assert main(["init", str(folder), "--smart"]) == 1
    assert (folder / "Kitfile").read_text() == "mine\n"
