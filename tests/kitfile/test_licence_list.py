"""The SPDX list, and what is said about what stands in a licence field."""

from __future__ import annotations

import pytest

from kitops_desktop.kitfile.licence_list import COMMON, is_known_expression, licence_note, licences


def test_the_common_ones_come_first_and_the_deprecated_ones_last() -> None:
    names = [one.identifier for one in licences()]
    assert tuple(names[: len(COMMON)]) == COMMON
    assert len(names) == len(set(names)) > 600
    assert names.index("GPL-2.0") > names.index("ZPL-2.1")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", ""),
        ("Apache-2.0", "Apache License 2.0"),
        ("apache-2.0", "Apache License 2.0; SPDX writes it Apache-2.0."),
        ("GPL-2.0", "GNU General Public License v2.0 only (deprecated by SPDX)"),
        ("MIT OR Apache-2.0", ""),
        ("llama3", "Not on the SPDX list; it is kept as it is."),
    ],
)
def test_what_is_said_about_a_licence(text: str, note: str) -> None:
    assert licence_note(text) == note


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("MIT", True),
        ("(MIT)", True),
        ("MIT AND (Apache-2.0 OR CC-BY-4.0)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("GPL-2.0+", True),
        ("LicenseRef-ours", True),
        ("", False),
        ("MIT OR", False),
        ("OR MIT", False),
        ("MIT Apache-2.0", False),
        ("(MIT", False),
        ("MIT)", False),
        ("MIT OR )", False),
        ("MIT WITH MIT", False),
        ("MIT OR gemma", False),
        ("(" * 5000, False),
    ],
)
def test_expressions_of_licences(text: str, known: bool) -> None:
    assert is_known_expression(text) is known
