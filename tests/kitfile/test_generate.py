"""Generated Kitfiles against `kit init`, and the reasons that go with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.folder_listing import ListedFile, ListedFolder
from kitops_desktop.kitfile.generate import generate, generate_from_listing
from kitops_desktop.kitfile.kitfile import CodeEntry, DocsEntry, Model, ModelPart, Package
from kitops_desktop.kitfile.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
VECTORS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "data" / "golden" / "vectors" / "init.json").read_text("utf-8")
)["vectors"]
APACHE_SIZE = 11350
"""The size by which the vectors name the text of the Apache licence."""


def is_from_elsewhere(vector: dict[str, Any]) -> bool:
    """`kit` looks for the licence file in the current directory, so from elsewhere it finds none; we do."""
    return bool(vector["cwd"].startswith("/"))


def fill(folder: Path, files: dict[str, int]) -> None:
    apache = (ROOT / "LICENSE").read_text("utf-8")
    for name, size in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(apache if size == APACHE_SIZE else "x" * size)


GENERATED = [vector for vector in VECTORS if vector["exit"] == 0]


@pytest.mark.parametrize("vector", GENERATED, ids=lambda v: " ".join([*v["files (path: size)"], *v["args"]]))
def test_writes_what_kit_init_writes(vector: dict[str, Any], tmp_path: Path) -> None:
    fill(tmp_path, vector["files (path: size)"])
    name = vector["args"][1] if "--name" in vector["args"] else ""
    generated = generate(tmp_path, name=name)
    expected = vector["kitfile"]
    if is_from_elsewhere(vector):
        expected = expected.replace("path: a.gguf\n", "path: a.gguf\n  license: Apache-2.0\n")
    assert to_yaml(generated.kitfile) == expected
    warns = "Unable to determine license type" in vector["stderr"] and not is_from_elsewhere(vector)
    assert generated.warnings == (("Unable to determine license type",) if warns else ())


def test_every_choice_has_its_reason(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {"README.md": 1, "LICENSE": APACHE_SIZE, "model.gguf": 900, "adapter.bin": 1, "config.json": 1},
    )
    fill(
        tmp_path,
        {"data/a.csv": 1, "docs/x": 1, "src/a.py": 1, "notes/a.md": 1, "mixed/a.md": 1, "mixed/b.py": 1},
    )
    fill(tmp_path, {"Kitfile": 1})
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("README.md")
    reasons = {reason.path: (reason.choice, reason.why) for reason in generate(tmp_path).reasons}
    assert reasons == {
        "link": ("left out", "It is a link or a special file; only files and folders are packed."),
        "Kitfile": ("left out", "A Kitfile describes the kit and is never packed as a file."),
        "LICENSE": ("docs", "Its name starts with license; its text is that of Apache-2.0."),
        "README.md": ("docs", "Its name starts with readme."),
        "data": ("dataset", "All files in it are data."),
        "docs": ("docs", "A folder of this name holds documentation."),
        "notes": ("docs", "All files in it are documentation."),
        "src": ("code", "A folder of this name holds code."),
        "model.gguf": ("model", "It is by far the largest of the model files; the others are its parts."),
        "adapter.bin": ("model part", "Files ending with .bin hold models."),
        "config.json": ("model part", "Files ending with .json describe the model beside them."),
        "mixed": ("code", "It holds files of several kinds, so it counts as code."),
        "empty": ("code", "It is empty, so it counts as code."),
    }


def test_a_name_that_is_no_utf8_goes_into_the_entry_for_everything(tmp_path: Path) -> None:
    (tmp_path / "ok.gguf").write_bytes(b"x")
    Path(
        str(tmp_path).encode().decode() + "/" + b"bad\xff.gguf".decode("utf-8", "surrogateescape")
    ).write_bytes(b"x")
    kitfile = generate(tmp_path).kitfile
    assert kitfile.model == Model(name="ok", path="ok.gguf")
    assert kitfile.code == (CodeEntry("."),)


def test_author_and_description(tmp_path: Path) -> None:
    package = generate(tmp_path, name="n", description="d", author="me").kitfile.package
    assert package == Package("n", description="d", authors=("me",))
    assert generate(tmp_path).kitfile.package == Package()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        generate(tmp_path / "missing")


def test_from_a_listing_without_files_on_disk() -> None:
    folder = ListedFolder(
        "net", "net", (ListedFile("w.bin", "net/w.bin", 9), ListedFile("c.json", "net/c.json", 9))
    )
    listing = ListedFolder("", ".", (ListedFile("LICENSE", "LICENSE", 9),), (folder,))
    kitfile = generate_from_listing(listing, Package("n"), {}).kitfile
    assert kitfile.model == Model(path="net/w.bin", parts=(ModelPart(path="net/c.json"),))
    assert kitfile.docs == (DocsEntry("LICENSE", "License file"),)


def test_an_unreadable_folder_counts_as_code() -> None:
    listing = ListedFolder("", ".", (), (ListedFolder("shut", "shut", unreadable=True),))
    generated = generate_from_listing(listing, Package(), {})
    assert generated.kitfile.code == (CodeEntry("shut"),)
    assert generated.reasons[0].why == "It cannot be read, so it counts as code."
