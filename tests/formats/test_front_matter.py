"""A model card without what stands between the two lines of dashes at its top."""

from __future__ import annotations

import pytest

from kitops_desktop.formats.front_matter import without_front_matter


@pytest.mark.parametrize(
    ("card", "below"),
    [
        ("---\nlicense: mit\n---\n\n# Churn\n", "# Churn\n"),
        ("---\r\nlicense: mit\r\n---\r\n# Churn\r\n", "# Churn\r\n"),
        ("---\n---\nText", "Text"),
        ("---\na: b\n---", ""),
        ("# Churn\n\n---\n\nText\n", "# Churn\n\n---\n\nText\n"),
        ("---\nno end\n", "---\nno end\n"),
        ("--- \nno beginning\n---\n", "--- \nno beginning\n---\n"),
        ("---\ntext: a --- b\n  ---\n---\nText", "Text"),
        ("", ""),
    ],
    ids=["plain", "windows", "empty", "nothing below", "none", "no end", "blank", "within", "nothing"],
)
def test_the_head_is_cut_off(card: str, below: str) -> None:
    assert without_front_matter(card) == below
