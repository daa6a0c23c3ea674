"""What is remembered of kits that were seen, so that they are found again by what they are."""

from __future__ import annotations

import time

from kitops_desktop.errors import KitOpsError
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.files import ListingCache, listed_paths
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.observed_tags import ObservedTags
from kitops_desktop.records.reference_history import ReferenceHistory
from kitops_desktop.records.seen import Seen, SeenKit

_MOST_ENTRIES = 200
_MOST_LETTERS = 500
_LONGEST = 0.3
"""Seconds that somebody who searches waits for listings to be taken in."""
_PAST, _RECENT = 1000, 30


def facts_of(kitfile: Kitfile) -> SeenKit:
    """What a Kitfile says of the kit in a few words."""
    package, model = kitfile.package, kitfile.model
    name = package.name or (model.name if model else "")
    description = package.description or (model.description if model else "")
    licence = package.license or (model.license if model else "")
    framework = model.framework if model else ""
    return SeenKit(_line(name), _line(description), _line(licence), _line(framework), _more(kitfile))


def note_kit(seen: Seen, kit: ModelKit) -> SeenKit:
    """Remember a kit whose manifest and config were read."""
    facts = facts_of(kit.kitfile)
    seen.put_kit(kit.descriptor.digest, facts, {layer.descriptor.digest for layer in kit.layers})
    return facts


def take_listings(seen: Seen, listings: ListingCache, token: CancelToken) -> None:
    """Have the files searched of layers that were listed since; of very many, the others the next time.

    Raises ``Cancelled``.
    """
    end = time.monotonic() + _LONGEST
    for layer in seen.layers_without_files():
        token.check()
        if time.monotonic() > end:
            break
        seen.put_files(layer, listed_paths(listings.get(layer) or b""))


def take_history(seen: Seen, history: ReferenceHistory, tags: ObservedTags) -> None:
    """Have found, too, what was pushed, pulled or opened otherwise; at first, all that is remembered."""
    rows = []
    for entry in history.recent(limit=_PAST if seen.is_empty else _RECENT):
        try:
            reference = parse_reference(entry.reference)
        except KitOpsError:
            continue
        is_tagged = ":" in entry.reference.rpartition("/")[2] and reference.digest is None
        tag = reference.tag if is_tagged and reference.tag else ""
        digest, _ = tags.get(reference.repository_name).get(tag, ("", 0.0)) if tag else ("", 0.0)
        rows.append((reference.registry, reference.repository, tag, digest, entry.at))
    seen.take_in(rows)


def _more(kitfile: Kitfile) -> tuple[str, ...]:
    """What else says what the kit is."""
    package, model = kitfile.package, kitfile.model
    texts = [*package.authors, package.version]
    if model is not None:
        texts += [model.name, model.description, model.license, model.format, model.version]
    for named in (kitfile.datasets, kitfile.prompts, kitfile.mcp_servers):
        texts += [entry.name for entry in named[:_MOST_ENTRIES]]
    return tuple(filter(None, texts))


def _line(text: str) -> str:
    """One printable line of what may be a text of megabytes."""
    shown = (part if part.isprintable() else " " for part in text[: 2 * _MOST_LETTERS])
    return " ".join("".join(shown).split())[:_MOST_LETTERS]
