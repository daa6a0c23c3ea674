"""``init --smart``: a Kitfile by what is in the files, with the reason for every value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kitops_desktop.classification.classification import Classification, Guess, IgnoreProposal
from kitops_desktop.classification.classify import classify
from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.ignore import IGNORE_FILE, add_pattern
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml


def smart_init(invocation: Invocation, folder: Path, kitfile: Path) -> int:
    """Write the Kitfile, and the proposed lines of ``.kitignore`` when asked; say why, and what is doubtful.

    Raises ``FileAccessError`` and ``Cancelled``; then nothing was written.
    """
    arguments, console = invocation.arguments, invocation.console
    ignore = folder / IGNORE_FILE
    if arguments.kitignore and ignore.exists() and not arguments.force:
        reason = "it exists already; with --force the lines are added to it"
        raise FileAccessError(ignore, "write", reason)
    found = classify(
        folder.absolute(), author=arguments.author, token=invocation.token, report=console.progress
    )
    console.end_progress()
    text = to_yaml(_named(found.kitfile, arguments.name, arguments.desc))
    if arguments.kitignore and found.ignore:
        _write(ignore, _with_patterns(ignore, found.ignore))
    _write(kitfile, text)
    _warn(invocation, found)
    if arguments.format == "json":
        console.result(go_indented_json(_json(found, text)))
        return 0
    console.info(f"Generated Kitfile:\n\n{text}")
    console.info("Why:\n" + "".join(f"  {_line(guess)}\n" for guess in found.guesses))
    _say_ignored(invocation, found)
    console.info(f"Saved to path '{kitfile}'")
    return 0


def _named(kitfile: Kitfile, name: str, description: str) -> Kitfile:
    package = kitfile.package
    named = replace(package, name=name or package.name, description=description or package.description)
    return replace(kitfile, package=named)


def _with_patterns(path: Path, proposals: tuple[IgnoreProposal, ...]) -> str:
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    except OSError as error:
        raise FileAccessError(path, "read", error.strerror or str(error)) from error
    for proposal in proposals:
        text = add_pattern(text, proposal.pattern)
    return text


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise FileAccessError(path, "write", error.strerror or str(error)) from error


def _line(guess: Guess) -> str:
    return f"{guess.field}: {guess.value}\n      {guess.why}"


def _say_ignored(invocation: Invocation, found: Classification) -> None:
    if not found.ignore:
        return
    console = invocation.console
    written = invocation.arguments.kitignore
    console.info(
        "Left out by .kitignore:" if written else "Had better be in .kitignore (--kitignore writes it):"
    )
    for proposal in found.ignore:
        console.info(f"  {proposal.pattern}\n      {proposal.why} {count(proposal.count, 'place')}.")
    console.info("")


def _warn(invocation: Invocation, found: Classification) -> None:
    console = invocation.console
    for proposal in found.ignore:
        if proposal.is_secret and not invocation.arguments.kitignore:
            console.warn(f"{', '.join(proposal.examples)}: {proposal.why}")
    for secret in found.secrets:
        for one in secret.found:
            place = f" in line {one.line}" if one.line is not None else ""
            console.warn(f"{secret.path}: {one.what}{place}")
    for pickle in found.pickles:
        console.warn(f"{pickle.path}: loading it imports {', '.join(pickle.imports[:10])}")
    for problem in found.problems:
        console.warn(f"{problem.path}: {problem.why}")


def _json(found: Classification, text: str) -> dict[str, object]:
    return {
        "kitfile": text,
        "guesses": [
            {
                "field": guess.field,
                "value": guess.value,
                "why": guess.why,
                "alternatives": [one.section or one.value for one in guess.alternatives],
            }
            for guess in found.guesses
        ],
        "ignore": [
            {"pattern": one.pattern, "why": one.why, "examples": list(one.examples), "count": one.count}
            for one in found.ignore
        ],
        "secrets": [
            {"path": one.path, "found": [{"what": what.what, "line": what.line} for what in one.found]}
            for one in found.secrets
        ],
        "pickles": [{"path": one.path, "imports": list(one.imports)} for one in found.pickles],
        "problems": [{"path": one.path, "why": one.why} for one in found.problems],
        "leftOut": list(found.left_out),
    }
