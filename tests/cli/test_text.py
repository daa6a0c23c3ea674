"""Sizes, tables and names as they are printed."""

from __future__ import annotations

import io

import pytest

from kitops_desktop.cli.console import Console, printable, progress_line
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.progress import Progress


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (7680, "7.5 KiB"),
        (1024**2 - 1, "1023.9 KiB"),
        (13 * 1024**3 + 1024**3 // 10, "13.0 GiB"),
        (5 * 1024**6, "5120.0 PiB"),
    ],
)
def test_sizes_are_floored_to_one_decimal(size: int, text: str) -> None:
    assert kit_size(size) == text


def test_columns_are_three_blanks_apart() -> None:
    assert table([("A", "LONG", "C"), ("aaa", "b", "c")]) == "A     LONG   C\naaa   b      c"


def test_names_cannot_drive_the_terminal() -> None:
    assert printable("a\x1b[2Jb\r\udcff\x07é") == "a\ufffd[2Jb\ufffd\ufffd\ufffdé"


def test_progress_says_how_far_how_fast_and_how_long() -> None:
    line = progress_line(Progress(512 * 1024, 1024 * 1024, "model.safetensors"), seconds=1)
    assert line == "512.0 KiB of 1.0 MiB  50%  512.0 KiB/s  1 s left  model.safetensors"


def test_no_progress_without_a_terminal() -> None:
    err = io.StringIO()
    Console(err=err, out=io.StringIO()).progress(Progress(1, 2))
    assert err.getvalue() == ""


def test_progress_line_is_wiped_before_anything_else_is_said() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    console = Console(err=err, out=io.StringIO())
    console.progress(Progress(1, 2, "x"))
    console.warn("careful")
    assert err.getvalue().endswith("\r[WARN ] careful\n")
