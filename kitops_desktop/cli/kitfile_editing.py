"""Changing a Kitfile that was made, in the user's own editor, before it is used."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kitops_desktop.cli.arguments import is_interactive
from kitops_desktop.cli.console import Console
from kitops_desktop.cli.error_text import error_lines
from kitops_desktop.errors import FileAccessError, InvalidArgument, KitfileError
from kitops_desktop.explanation import explain
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.validation import check_valid

_VARIABLE = "EDITOR"
_QUESTION = "Would you like to edit Kitfile before packing? (y/N): "
_AGAIN = "Would you like to edit it again? (Y/n): "


def edited(text: str, console: Console) -> str | None:
    """The text as the user wants it; None when it is right as it is, and where nobody can be asked.

    Raises ``InvalidArgument`` where no editor is known, and what is wrong with the Kitfile when the user
    gives up on it.
    """
    if not is_interactive() or not _ask(_QUESTION).startswith("y"):
        return None
    command = _editor()
    while True:
        text = _in_editor(command, text)
        try:
            check_valid(read_kitfile(text))
        except KitfileError as error:
            console.error(error_lines(explain(error)))
            if _ask(_AGAIN).startswith("n"):
                raise
        else:
            return text


def _ask(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


def _editor() -> list[str]:
    wanted = os.environ.get(_VARIABLE, "")
    if wanted:
        return shlex.split(wanted) if os.name != "nt" else [wanted]
    found = shutil.which("notepad" if os.name == "nt" else "nano")
    if found is None:
        raise InvalidArgument("no editor is known: name one in EDITOR, or give a Kitfile with --file")
    return [found]


def _in_editor(command: list[str], text: str) -> str:
    with tempfile.TemporaryDirectory(prefix="kitops-desktop-") as folder:
        kitfile = Path(folder) / "Kitfile"
        kitfile.write_text(text, encoding="utf-8", newline="\n")
        try:
            ended = subprocess.run([*command, str(kitfile)], check=False)
        except OSError as error:
            raise FileAccessError(Path(command[0]), "start", error.strerror or str(error)) from error
        if ended.returncode:
            raise InvalidArgument(f"the editor {command[0]} ended with code {ended.returncode}")
        return kitfile.read_text(encoding="utf-8")
