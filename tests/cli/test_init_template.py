"""``init --template``: a template filled with the files of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.cli.main import main
from kitops_desktop.kitfile.reading import read_kitfile


def test_a_template_is_filled_and_what_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.joblib").write_bytes(b"x")
    (tmp_path / "README.md").write_text("x")
    arguments = ["init", str(tmp_path), "--template", "scikit-learn", "--name", "churn", "--desc", "d"]
    assert main([*arguments, "--author", "me"]) == 0
    kitfile = read_kitfile((tmp_path / "Kitfile").read_text())
    assert kitfile.model is not None
    assert (kitfile.model.path, kitfile.model.framework) == ("model.joblib", "scikit-learn")
    package = kitfile.package
    assert (package.name, package.description, package.authors) == ("churn", "d", ("me",))
    assert "Dataset: there is no folder called data" in "".join(capsys.readouterr())
    assert main([*arguments, "--author", "me"]) == 1, "a Kitfile is not overwritten without --force"


def test_another_template_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--template", "cobol"]) == 1
    assert "cobol" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
