"""Explanations of what was typed wrongly: arguments, references, Kitfiles, .kitignore."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, REFERENCE_EXAMPLE, listed, sentence, with_stop


def invalid_argument(error: errors.InvalidArgument) -> Explanation:
    return Explanation(
        sentence(error.message).removesuffix("."),
        "",
        NOTHING_CHANGED,
        "Correct what was given and try again.",
    )


def invalid_reference(error: errors.InvalidReference) -> Explanation:
    return Explanation(
        f"“{error.text}” is no reference to a ModelKit" if error.text else "A reference is needed",
        sentence(error.reason),
        NOTHING_CHANGED,
        f"Write a name in lower case and a tag, {REFERENCE_EXAMPLE}.",
    )


def invalid_digest(error: errors.InvalidDigest) -> Explanation:
    return Explanation(
        f"“{error.text}” is no digest",
        "A digest is an algorithm and a number in lower-case hex: sha256: and 64 digits.",
        NOTHING_CHANGED,
        "Copy the whole digest, from sha256: to its last digit.",
    )


def kitfile(error: errors.KitfileError) -> Explanation:
    return Explanation(
        "The Kitfile cannot be used", sentence(str(error)), NOTHING_CHANGED, "Correct the Kitfile."
    )


def kitfile_not_found(error: errors.KitfileNotFound) -> Explanation:
    return Explanation(
        "There is no Kitfile in the folder",
        f"{error.directory} has no file named Kitfile, kitfile or .kitfile.",
        NOTHING_CHANGED,
        "Choose the folder that has the Kitfile, or have one made for this folder (kitops-desktop init).",
    )


def kitfile_syntax(error: errors.KitfileSyntaxError) -> Explanation:
    place = f" of {error.path}" if error.path else ""
    lines = sorted({p.line for p in error.problems if p.line is not None})
    where = f"line {lines[0]}{place}" if lines else f"the Kitfile{place}"
    return Explanation(
        "The Kitfile cannot be read",
        _problems(error.problems),
        NOTHING_CHANGED,
        _next(error.problems, f"Correct {where} and try again."),
    )


def kitfile_invalid(error: errors.KitfileInvalid) -> Explanation:
    return Explanation(
        "The Kitfile breaks a rule"
        if len(error.problems) < 2
        else f"The Kitfile breaks {len(error.problems)} rules",
        _problems(error.problems),
        NOTHING_CHANGED,
        _next(error.problems, "Correct what is listed, save, and try again."),
    )


def kitfile_exists(error: errors.KitfileExists) -> Explanation:
    return Explanation(
        "The folder has a Kitfile already",
        f"{error.path} would be replaced.",
        "The Kitfile is as it was.",
        "Edit the one that is there, or say that it may be overwritten (--force).",
    )


def ignore_file(error: errors.IgnoreFileError) -> Explanation:
    where = f"line {error.line}" if error.line is not None else "the pattern"
    name = str(error.path) if error.path else ".kitignore"
    reason = f"Line {error.line}: {error.reason}" if error.line is not None else error.reason
    return Explanation(
        "The .kitignore cannot be used",
        sentence(reason),
        NOTHING_CHANGED,
        f"Correct {where} of {name} and try again.",
    )


def _problems(problems: Sequence[errors.ProblemLike]) -> str:
    return listed([_problem(problem) for problem in problems], "\n")


def _problem(problem: errors.ProblemLike) -> str:
    if problem.line is None:
        text = sentence(problem.message)
    else:
        text = f"Line {problem.line}: {with_stop(problem.message)}"
    suggestion = _suggestion(problem)
    return f"{text} {suggestion}" if suggestion else text


def _suggestion(problem: errors.ProblemLike) -> str:
    """A lone word is the key that was probably meant; anything else is a sentence already."""
    if not problem.suggestion or " " in problem.suggestion:
        return problem.suggestion
    return f"Did you mean `{problem.suggestion}`?"


def _next(problems: Sequence[errors.ProblemLike], otherwise: str) -> str:
    """For a single problem with a known remedy: the remedy."""
    if len(problems) == 1 and problems[0].suggestion and " " not in problems[0].suggestion:
        return f"Write `{problems[0].suggestion}` instead and try again."
    return otherwise
