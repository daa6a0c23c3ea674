"""What the pack sheet asks, as values: the reference, proposed tags, and what speaks against packing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kitops_desktop.errors import InvalidReference
from kitops_desktop.oci.reference import Reference, is_tag, parse_reference_with_tags
from kitops_desktop.ui.next_tag import next_tag

EXAMPLE = "myteam/churn:v1 or registry.example.com/team/churn:v1"


def parse_targets(text: str) -> tuple[Reference, tuple[str, ...]]:
    """The reference and further tags of ``name:v1,latest``. Raises ``InvalidReference`` for anything
    unusable.
    """
    reference, extra = parse_reference_with_tags(text.strip())
    if reference.digest is not None:
        raise InvalidReference(text, "a digest is the result of packing; give a tag")
    wrong = [tag for tag in extra if not is_tag(tag)]
    if wrong:
        raise InvalidReference(text, f'invalid reference: invalid tag "{wrong[0]}"')
    return reference, extra


def suggested_reference(
    folder_name: str, package_name: str, last_reference: str, taken: Iterable[str]
) -> str:
    """The reference to propose: the last one with the next tag, else a name made from the project's."""
    if last_reference:
        try:
            reference, _ = parse_targets(last_reference)
        except InvalidReference:
            pass
        else:
            return reference.with_tag(next_tag(reference.tag or "", taken)).short
    return f"{repository_name(package_name or folder_name)}:{next_tag('v0', taken)}"


def repository_name(text: str) -> str:
    """``text`` as a name that a repository may have: lower case letters, digits and single dashes."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return name or "modelkit"
