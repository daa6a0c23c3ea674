"""What packing would do, as the editor shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.ui.editor.folder_scan import FolderScan, patterns_for, scan_folder, without_entries


def scan(folder: Path, text: str, ignored: str = "") -> FolderScan:
    return scan_folder(folder, read_kitfile(text), IgnoreRules.parse(ignored), lambda _: (), CancelToken())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "src" / "__pycache__").mkdir(parents=True)
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_bytes(b"0")
    (tmp_path / "src" / "__pycache__" / "b.pyc").write_bytes(b"0")
    (tmp_path / "src" / "run.py").write_text("1")
    (tmp_path / "src" / "id_rsa").write_text("key")
    (tmp_path / "test.csv").write_text("a")
    return tmp_path


def test_secrets_and_junk_among_what_would_be_packed(folder: Path) -> None:
    found = scan(folder, "code:\n- path: src\n")
    assert [(one.path, one.count, one.is_file) for one in found.secrets] == [("src/id_rsa", 1, True)]
    assert [(one.path, one.count, one.is_file) for one in found.junk] == [("src/__pycache__", 2, False)]
    clean = scan(folder, "code:\n- path: src\n", "\n".join(patterns_for((*found.secrets, *found.junk))))
    assert not clean.secrets
    assert not clean.junk
    assert clean.plan is not None
    assert clean.plan.file_count == 1


def test_what_is_not_packed_is_not_doubtful(folder: Path) -> None:
    found = scan(folder, "datasets:\n- path: test.csv\n")
    assert not found.secrets


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("tets.csv", "Did you mean test.csv?"),
        ("Test.csv", "Did you mean test.csv?"),
        ("zzz", ""),
        ("src/rum.py", "Did you mean src/run.py?"),
    ],
)
def test_every_missing_path_is_named_and_the_rest_is_planned(
    folder: Path, path: str, suggestion: str
) -> None:
    found = scan(
        folder, f"code:\n- path: src\ndatasets:\n- path: nowhere-at-all\n- path: {path}\n- path: test.csv\n"
    )
    missing = [one for one in found.problems if one.problem.severity is Severity.ERROR]
    assert [one.problem.field for one in missing] == ["datasets[0].path", "datasets[1].path"]
    assert missing[1].problem.suggestion == suggestion
    labels = [one.remedy.label for one in missing if one.remedy is not None]
    meant = suggestion.removeprefix("Did you mean ").removesuffix("?")
    assert labels == ["Remove the entry", f"Write {meant}" if meant else "Remove the entry"]
    assert found.plan is not None
    assert [layer.field for layer in found.plan.layers] == ["code[0]", "datasets[2]"]


def test_a_layer_without_content_is_a_warning(folder: Path) -> None:
    (folder / "empty").mkdir()
    found = scan(folder, "code:\n- path: empty\n")
    wrong = [one for one in found.problems if one.problem.severity is Severity.WARNING]
    assert [one.problem.field for one in wrong] == ["code[0].path"]


def test_a_folder_that_is_gone_is_explained(tmp_path: Path) -> None:
    found = scan(tmp_path / "gone", "code:\n- path: src\n")
    assert found.plan is None
    assert found.problem is not None
    assert found.size == 0


def test_a_look_that_is_not_wanted_any_more_ends(folder: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        scan_folder(folder, read_kitfile("code:\n- path: src\n"), IgnoreRules(), lambda _: (), token)


def test_entries_that_are_left_out_keep_the_others() -> None:
    kitfile = read_kitfile("model:\n  path: m\n  parts:\n  - path: a\n  - path: b\ndocs:\n- path: d\n")
    left = without_entries(kitfile, {"model", "model.parts[0]", "docs[0]"})
    assert left.model is not None
    assert left.model.path == ""
    assert [part.path for part in left.model.parts] == ["b"]
    assert left.docs == ()
    assert without_entries(Kitfile(), {"model"}) == Kitfile()
