"""What an argument of the program opens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kitops_desktop.errors import FileAccessError, InvalidArgument, InvalidReference
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.navigation import Place
from kitops_desktop.ui.opening import place_of


def test_a_folder_is_a_project(tmp_path: Path) -> None:
    assert place_of(str(tmp_path)) == Place("projects", str(tmp_path))


def test_a_relative_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "churn").mkdir()
    monkeypatch.chdir(tmp_path)
    assert place_of("churn") == Place("projects", str(tmp_path / "churn"))


@pytest.mark.parametrize("name", ["Kitfile", "kitfile", ".kitfile"])
def test_a_kitfile_stands_for_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("manifestVersion: 1.0.0\n")
    assert place_of(str(tmp_path / name)) == Place("projects", str(tmp_path))


def test_a_kitfile_of_another_name_is_a_project_of_its_own(tmp_path: Path) -> None:
    for name in ("Kitfile", "kitfile", "Kitfile.prod", "release.yaml"):
        (tmp_path / name).write_text("manifestVersion: 1.0.0\n")
    assert place_of(str(tmp_path / "Kitfile")) == Place("projects", str(tmp_path))
    for name in ("kitfile", "Kitfile.prod", "release.yaml"):
        assert place_of(str(tmp_path / name)) == Place("projects", str(tmp_path / name))


@pytest.mark.parametrize(
    ("text", "reference"),
    [("churn", "churn:latest"), ("ghcr.io/acme/churn", "ghcr.io/acme/churn:latest")],
)
def test_a_reference_is_a_kit(text: str, reference: str) -> None:
    assert place_of(text) == Place("library", reference)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("churn", Place("library", "churn:latest")),
        ("ghcr.io/acme/churn:v1", Place("registries", "ghcr.io/acme/churn:v1")),
        ("ghcr.io/acme/shared:v1", Place("library", "ghcr.io/acme/shared:v1")),
    ],
)
def test_what_is_not_on_this_computer_is_looked_for_in_its_registry(
    golden: Path, tmp_path: Path, text: str, place: Place
) -> None:
    shutil.copytree(golden / "06-tags-shared" / "storage", tmp_path / "kitops" / "storage")
    store = LocalStore(tmp_path / "kitops")
    store.tag(parse_reference("team/shared:v1"), parse_reference("ghcr.io/acme/shared:v1"))
    assert place_of(text, store) == place


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("hf://datasets/team/rows@v1", "hf://datasets/team/rows@v1"),
        ("https://huggingface.co/team/churn/blob/main/config.json", "hf://team/churn/config.json"),
        ("hf.co/team/churn:Q4_K_M", "hf://team/churn"),
    ],
)
def test_an_address_of_hugging_face_is_looked_at_there(text: str, detail: str, tmp_path: Path) -> None:
    assert place_of(text, LocalStore(tmp_path)) == Place("registries", detail)


def test_a_page_of_hugging_face_about_none_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="about no repository"):
        place_of("https://huggingface.co/docs/hub")


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(FileAccessError, match=r"notes\.txt"):
        place_of(str(tmp_path / "notes.txt"))


@pytest.mark.parametrize("text", ["/no/such/folder", "./nowhere"])
def test_a_path_that_is_not_there_is_no_reference(text: str) -> None:
    with pytest.raises(FileAccessError, match="no such folder"):
        place_of(text)


def test_other_text_is_refused() -> None:
    with pytest.raises(InvalidReference):
        place_of("Not A Reference!")
