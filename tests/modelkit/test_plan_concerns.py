"""What a careful person would mind about what would be packed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.classification.concerns import Concern
from kitops_desktop.classification.remedies import Fix, IgnoreFix
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.modelkit import plan_concerns as module
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.modelkit.plan_concerns import (
    HUGE_CODE,
    LARGE_NOTEBOOK,
    files_to_see,
    plan_concerns,
)
from kitops_desktop.progress import Cancelled, CancelToken

HEAD = "manifestVersion: 1.0.0\n"
Look = Callable[..., tuple[Concern, ...]]


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., PackPlan]:
    """plan(text, ignored, name=size, …): the plan of a folder with these files."""

    def of(text: str, files: dict[str, int], ignored: str = "") -> PackPlan:
        for name, size in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.truncate(size)
        return plan_pack(tmp_path, KitfileDocument(HEAD + text).kitfile, IgnoreRules.parse(ignored))

    return of


@pytest.fixture
def look(plan: Callable[..., PackPlan]) -> Look:
    def of(text: str, files: dict[str, int], ignored: str = "") -> tuple[Concern, ...]:
        return plan_concerns(plan(text, files, ignored), IgnoreRules.parse(ignored), CancelToken())

    return of


def mended(text: str, concern: Concern) -> KitfileDocument:
    assert isinstance(concern.remedy, Fix)
    return KitfileDocument(concern.remedy.edit(KitfileDocument(HEAD + text)))


def test_nothing_is_said_where_nothing_is_wrong(look: Look) -> None:
    assert (
        look("model:\n  path: m\ncode:\n- path: src\n", {"m/w.bin": 9, "m/vocab.json": 3, "src/a.py": 1})
        == ()
    )


def test_links_are_named(look: Look, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a.py")
    (found,) = look("code:\n- path: .\n", {"a.py": 1})
    assert (found.problem.severity, found.path) == (Severity.WARNING, "link")


def test_what_no_entry_takes_can_be_packed_as_code_and_a_readme_as_docs(look: Look) -> None:
    text = "model:\n  path: m.bin\n"
    readme, rest = look(text, {"m.bin": 1, "README.md": 1, "a.py": 1, "b/c.py": 1})
    assert [entry.path for entry in mended(text, readme).kitfile.docs] == ["README.md"]
    assert rest.problem.message == "2 paths are in no entry: a.py, b/"
    assert [entry.path for entry in mended(text, rest).kitfile.code] == ["."]


def test_names_that_kit_itself_leaves_out(look: Look) -> None:
    text = "model:\n  path: model\ncode:\n- path: .\n"
    dots, prefixed = look(text, {"model/w": 1, "model-card.md": 1, "odd..name.py": 1, "a.py": 1})
    assert dots.path == "odd..name.py"
    assert prefixed.path == "model-card.md"
    assert {dots.problem.severity, prefixed.problem.severity} == {Severity.ADVICE}


def test_an_entry_that_kitignore_leaves_out_is_brought_back(look: Look) -> None:
    (found,) = look("code:\n- path: a.log\n- path: b.py\n", {"a.log": 1, "b.py": 1}, "*.log\n")
    assert found.problem.message == "“a.log” is named here, but .kitignore leaves it out by *.log"
    assert isinstance(found.remedy, IgnoreFix)
    assert not IgnoreRules.parse("*.log\n" + "\n".join(found.remedy.patterns)).ignores("a.log")


def test_an_entry_without_content_is_removed(look: Look, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    text = "code:\n- path: a.py\n- path: empty\n"
    (found,) = look(text, {"a.py": 1})
    assert found.problem.field == "code[1].path"
    assert [entry.path for entry in mended(text, found).kitfile.code] == ["a.py"]


@pytest.mark.parametrize(
    ("text", "path", "datasets", "parts", "code"),
    [
        ("code:\n- path: src\n", "src/all.db", ["src/all.db"], [], ["src"]),
        ("code:\n- path: src/all.db\n- path: src/a.py\n", "src/all.db", ["src/all.db"], [], ["src/a.py"]),
        ("code:\n- path: src\n", "src/w.onnx", [], ["src/w.onnx"], ["src"]),
    ],
)
def test_a_huge_file_of_code_goes_elsewhere(
    look: Look, text: str, path: str, datasets: list[str], parts: list[str], code: list[str]
) -> None:
    (found,) = look(text, {path: HUGE_CODE + 1, "src/a.py": 1})
    assert found.path == path
    kitfile = mended(text, found).kitfile
    assert [entry.path for entry in kitfile.datasets] == datasets
    assert [part.path for part in (kitfile.model.parts if kitfile.model else ())] == parts
    assert [entry.path for entry in kitfile.code] == code


def test_data_in_the_folder_of_the_model_becomes_a_dataset(look: Look) -> None:
    text = "model:\n  path: model\n"
    (found,) = look(text, {"model/w.bin": 1, "model/train.csv": 1})
    kitfile = mended(text, found).kitfile
    assert [entry.path for entry in kitfile.datasets] == ["model/train.csv"]


def test_a_notebook_that_is_mostly_outputs(look: Look) -> None:
    (found,) = look("code:\n- path: .\n", {"a.ipynb": LARGE_NOTEBOOK + 1, "b.ipynb": 1})
    assert found.path == "a.ipynb"


def test_very_many_very_small_files(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY_FILES", 20)
    (found,) = look("datasets:\n- path: many\n", {f"many/{number}": 1 for number in range(20)})
    assert found.problem.message == "“many” has 20 very small files"


def test_not_all_of_very_many_are_told_one_by_one(look: Look) -> None:
    found = look("code:\n- path: .\n", {f"{number}.db": HUGE_CODE + 1 for number in range(25)})
    assert len(found) == 11


def test_files_to_see_are_those_of_all_layers(plan: Callable[..., PackPlan]) -> None:
    made = plan("code:\n- path: src\n", {"src/a.py": 3, "src/b.png": 3, "c.py": 1})
    found = files_to_see(made, CancelToken())
    assert [(file.path, file.size) for file in found.chosen()] == [("src/a.py", 3)]
    assert found.files == 2


def test_looking_ends_when_it_is_not_wanted(plan: Callable[..., PackPlan]) -> None:
    made, token = plan("code:\n- path: src\n", {"src/a.py": 3}), CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        plan_concerns(made, IgnoreRules(), token)
    with pytest.raises(Cancelled):
        files_to_see(made, token)


def test_junk_and_secrets_in_no_entry_go_to_kitignore_and_not_into_code(look: Look) -> None:
    files = {"m/w.bin": 9, ".env": 1, "__pycache__/a.pyc": 1, "a.py": 1, "b.py": 1}
    unwanted, rest = look("model:\n  path: m\n", files)
    assert unwanted.problem.message.endswith("had better stay out: .env, __pycache__/")
    assert isinstance(unwanted.remedy, IgnoreFix)
    assert unwanted.remedy.patterns == ("**/.env", "**/__pycache__")
    assert rest.problem.message == "2 paths are in no entry: a.py, b.py"
    (one,) = look("model:\n  path: m\n", {".env": 1}, "*.py\n__pycache__\n")
    assert one.problem.message == (
        "It is in no entry, and had better stay out. Environment files usually hold passwords and keys."
    )
