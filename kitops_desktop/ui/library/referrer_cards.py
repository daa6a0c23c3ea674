"""What refers to a kit in its registry: signatures, bills of materials, attestations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kitops_desktop.preview.index_artifact import stated_maker, stated_time
from kitops_desktop.ui.browser.artifact_kinds import signature_text, type_text
from kitops_desktop.ui.library.overview import Card, Fields, Section
from kitops_desktop.ui.units import exact_size_text

if TYPE_CHECKING:
    from kitops_desktop.registry.referrers import Referrer

HEADING = "Signatures and more"


def referrer_section(referrers: tuple[Referrer, ...]) -> Section:
    """A card for each, in the registry's order."""
    return Section(HEADING, tuple(map(_card, referrers)))


def _card(referrer: Referrer) -> Card:
    descriptor = referrer.descriptor
    artifact_type = referrer.artifact_type or descriptor.artifact_type or descriptor.media_type
    word = signature_text(referrer.tag or "") if referrer.how == "cosign-tag" else type_text(artifact_type)
    fields: Fields = (
        ("Type", artifact_type),
        ("Digest", descriptor.digest),
        ("Size", exact_size_text(descriptor.size)),
        ("Tag", referrer.tag or ""),
        ("Made by, as it says", stated_maker(descriptor.annotations)),
        ("Made on, as it says", stated_time(descriptor.annotations)),
    )
    icon = "signature" if word == "Signature" else "artifact"
    title = word or "Artifact"
    shown = tuple(field for field in fields if field[1])
    return Card("Refers to this kit", icon, title, "", shown, copied=descriptor.digest)
