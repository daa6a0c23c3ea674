"""The words of the Library's table: cells, tool tips, and what a screen reader says."""

from __future__ import annotations

from kitops_desktop.ui.library.kinds import ContentKind, content_kinds
from kitops_desktop.ui.library.library_rows import KitRow, RepositoryRow, Row, Totals
from kitops_desktop.ui.units import age_text, size_text

DAMAGED = "damaged"


def cell(row: Row, column: str) -> str:
    """The text of a cell; ``column`` is the name of a ``library_model.Column``."""
    if column == "NAME":
        return row.title
    if column == "SIZE":
        return size_text(row.size)
    if column == "UNIQUE":
        return size_text(row.unique)
    if column == "SHARED":
        return size_text(row.shared) if row.shared else "–"
    if column == "STORED":
        return age_text(row.stored_at)
    if isinstance(row, RepositoryRow):
        return version_count(len(row.kits)) if column == "CONTENTS" else ""
    return {"CONTENTS": contents(row), "AUTHOR": row.kit.author, "DIGEST": row.short_digest}[column]


def contents(row: KitRow) -> str:
    words = (*([DAMAGED.capitalize()] if row.damaged else ()), *(kind.label for kind in pills(row)))
    return ", ".join(words)


def pills(row: Row) -> tuple[ContentKind, ...]:
    return content_kinds(row.kit.kinds) if isinstance(row, KitRow) else ()


def tool_tip(row: Row, column: str) -> str | None:
    if column in ("SIZE", "UNIQUE", "SHARED"):
        return f"{row.size:,} bytes: {row.unique:,} unique, {row.shared:,} shared"
    if isinstance(row, RepositoryRow):
        return row.name if column == "NAME" else None
    if column == "DIGEST":
        return row.kit.descriptor.digest
    if column == "NAME":
        named = f"{row.kit.kitfile_name}\n" if row.kit.kitfile_name else ""
        return f"{named}{row.reference}"
    return cell(row, column) or None


def accessible(row: Row, column: str) -> str:
    """Full words: the table shows a dash or shortens where there is no room."""
    if column == "NAME" and isinstance(row, KitRow):
        return f"{row.repository}:{row.title}" if row.kit.tags else f"{row.repository} {row.short_digest}"
    return cell(row, column)


def version_count(count: int) -> str:
    return "1 version" if count == 1 else f"{count:,} versions"


def kit_count(count: int) -> str:
    return "1 ModelKit" if count == 1 else f"{count:,} ModelKits"


def totals_text(sums: Totals, shown: int | None = None) -> str:
    """The status line; ``shown`` is how many kits the filter lets through, None without a filter."""
    if not sums.kits:
        return "No ModelKits yet"
    repositories = "1 repository" if sums.repositories == 1 else f"{sums.repositories:,} repositories"
    everything = f"{kit_count(sums.kits)} in {repositories}, {size_text(sums.size)}"
    return everything if shown is None else f"{shown:,} of {everything}"


def selection_text(rows: tuple[KitRow, ...]) -> str:
    return f"{kit_count(len(rows))} selected, {size_text(layers_size(rows))}"


def layers_size(rows: tuple[KitRow, ...]) -> int:
    """Bytes of the layers of ``rows``, each layer counted once."""
    return sum({layer.digest: layer.size for row in rows for layer in row.kit.manifest.layers}.values())
