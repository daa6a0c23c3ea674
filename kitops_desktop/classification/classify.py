"""A Kitfile for a folder by what is in its files, with the reason for every guess.

One bounded walk, a bounded number of headers, then rules: what each file is for, which model is the model,
what belongs to it, and which entries say that with the fewest words. Nothing is loaded or run.
"""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.classification.arrangement import arrange
from kitops_desktop.classification.classification import (
    Classification,
    PickleFile,
    SecretFile,
    UnreadPath,
)
from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.inventory import Inventory
from kitops_desktop.classification.looking import OnLook, look_at_files
from kitops_desktop.classification.model_place import choose_model
from kitops_desktop.classification.proposal import Proposal
from kitops_desktop.classification.roles import Judged, judge, with_pairs
from kitops_desktop.classification.sections import place_files
from kitops_desktop.classification.sniffing import sniff
from kitops_desktop.errors import IgnoreFileError
from kitops_desktop.kitfile.folder_listing import ListedFile
from kitops_desktop.kitfile.ignore import IGNORE_FILE, IgnoreRules
from kitops_desktop.progress import CancelToken, Report, ignore_progress


def classify(
    folder: Path,
    *,
    author: str = "",
    repository: str = "",
    rules: IgnoreRules | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    on_look: OnLook | None = None,
) -> Classification:
    """What the folder holds. ``rules`` are those of its ``.kitignore`` unless given; ``author`` is added to
    those that git knows. ``repository`` is the one that all of it was downloaded from (``team/churn``), which
    says what the package is called and whose it is. ``on_look`` is for who would look into the same files
    next.

    Raises ``FileAccessError`` when the folder cannot be listed, and ``Cancelled``.
    """
    token = token or CancelToken()
    problems: list[UnreadPath] = []
    if rules is None:
        rules = _rules(folder, problems)
    inventory = Inventory(folder, rules, token, report)
    looks = look_at_files(folder, inventory, token, report, on_look)
    roles: dict[str, Judged] = {}
    for inside in inventory.folders:
        token.check()
        roles |= with_pairs(_judged(folder, file, looks.get(file.path)) for file in inside.files)
    placed = place_files(inventory, roles, token)
    chosen, left_behind = choose_model(inventory, roles, placed)
    for junk in left_behind:
        inventory.propose(junk)
    token.check()
    entries = arrange(inventory, placed.sections, placed.more)
    proposal = Proposal(folder, inventory, looks, roles, placed, chosen, entries, author, repository).make()
    return Classification(
        proposal.kitfile,
        proposal.guesses,
        inventory.proposals(),
        tuple(SecretFile(look.path, look.secrets) for look in looks.values() if look.secrets),
        tuple(PickleFile(look.path, look.imports) for look in looks.values() if look.imports),
        proposal.kinds,
        (*problems, *inventory.problems, *_unread(looks)),
        tuple(inventory.left_out),
        inventory.file_count,
        len(looks),
    )


def _judged(folder: Path, file: ListedFile, look: FileLook | None) -> Judged:
    is_unknown = look is not None and look.recognised is None
    return judge(file, look, sniff(folder, file) if is_unknown else "")


def _rules(folder: Path, problems: list[UnreadPath]) -> IgnoreRules:
    """The rules of the folder; those that always hold when its own cannot be used."""
    try:
        return IgnoreRules.load(folder)
    except IgnoreFileError as error:
        problems.append(UnreadPath(IGNORE_FILE, error.reason))
        return IgnoreRules()


def _unread(looks: dict[str, FileLook]) -> list[UnreadPath]:
    return [UnreadPath(look.path, look.problem) for look in looks.values() if look.problem]
