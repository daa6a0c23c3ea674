"""What a file is, in a word and as a picture: by name at once, by its bytes when they were looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.classification.file_look import look_at
from kitops_desktop.ui.editor.kind_text import kind_picture, kind_text


@pytest.mark.parametrize(
    ("name", "text", "picture"),
    [
        ("a.GGUF", "GGUF", "model"),
        ("train.csv", "CSV", "dataset"),
        ("run.py", "Python", "code"),
        ("README.md", "Markdown", "docs"),
        ("b.zip", "Zip", "compress"),
        ("strange.xyz", "", "file"),
        ("Makefile", "", "file"),
    ],
)
def test_names_say_what_a_file_is(name: str, text: str, picture: str) -> None:
    assert (kind_text(name, None), kind_picture(name, None)) == (text, picture)


def test_bytes_count_for_more_than_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"GGUF" + (3).to_bytes(4, "little") + bytes(16))
    look = look_at(tmp_path, "a.csv")
    assert (kind_text("a.csv", look), kind_picture("a.csv", look)) == ("GGUF", "model")
