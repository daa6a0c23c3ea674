"""The choices of the settings, in the order in which they are shown."""

from __future__ import annotations

from kitops_desktop.settings import Appearance, CompressionName
from kitops_desktop.workspace import HomeSource

APPEARANCES: dict[Appearance, str] = {"system": "As the system", "light": "Light", "dark": "Dark"}

COMPRESSIONS: dict[CompressionName, str] = {
    "none": "None (fastest; layers are the same on every computer)",
    "gzip-fastest": "gzip, fastest",
    "gzip": "gzip",
    "zstd": "zstd (needs a recent kit to unpack)",
}

HOME_REASONS: dict[HomeSource, str] = {
    "argument": "The program was started with this folder, so it cannot be changed here.",
    "environment": "The variable KITOPS_HOME says so, for kit as well. Change it there.",
    "settings": "Chosen here. kit uses it too when KITOPS_HOME names it.",
}
DEFAULT_REASON = "kit's own folder: what either of them packs, both have."


def home_reason(source: HomeSource, chosen: str) -> str:
    """Why the store is where it is, in a sentence."""
    return DEFAULT_REASON if source == "settings" and not chosen else HOME_REASONS[source]
