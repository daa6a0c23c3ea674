"""Commands to paste: quoted, and understood by our own command line."""

from __future__ import annotations

import shlex

import pytest

from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.ui.library.command_text import unpack_command
from kitops_desktop.ui.library.globs import globs_of


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, []),
        ({"filters": ("model,code",)}, ["--filter", "model,code"]),
        ({"globs": ("src/**", "it's [x].txt")}, ["--path", "src/**", "--path", "it's [x].txt"]),
        ({"existing": OnExisting.OVERWRITE}, ["--overwrite"]),
        ({"existing": OnExisting.SKIP}, ["--ignore-existing"]),
        ({"existing": OnExisting.BOTH, "keep": True}, ["--keep-both", "--keep"]),
        ({"profile": "inference", "whole_layers": True}, ["--profile", "inference", "--whole-layers"]),
        (
            {
                "existing": OnExisting.SKIP,
                "decisions": {"a b": OnExisting.OVERWRITE, "c": OnExisting.SKIP, "Kitfile": OnExisting.SKIP},
            },
            ["--ignore-existing", "--decide", "a b=overwrite", "--decide", "Kitfile=skip"],
        ),
    ],
)
def test_a_shell_reads_back_what_was_meant(options: dict[str, object], words: list[str]) -> None:
    command = unpack_command("team/churn:v1", "/tmp/a folder", **options)  # type: ignore[arg-type]
    start = ["kitops-desktop", "unpack", "team/churn:v1", "--dir", "/tmp/a folder"]
    assert shlex.split(command) == start + words


def test_ticked_paths_become_globs_that_mean_themselves() -> None:
    assert globs_of(["src/", "a.txt", "odd[1]*?.txt"]) == ("src", "a.txt", "odd[[]1][*][?].txt")
