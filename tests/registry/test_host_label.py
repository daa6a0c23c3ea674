"""What registries are called is kept as it is meant, and odd settings do no harm."""

from __future__ import annotations

from typing import Any

import pytest

from kitops_desktop.registry.host import HostOptions, without_options
from kitops_desktop.registry.host_label import HostLabel, without_label


def test_it_is_read_as_it_was_written() -> None:
    label = HostLabel("Acme models", "teal", "staging")
    assert HostLabel.from_json(label.to_json()) == label
    assert HostLabel().to_json() == {}


@pytest.mark.parametrize(
    "value",
    [{"name": 3}, {"colour": "infra-red"}, {"stage": ["prod"]}, {"colour": {}}, {"name": "\x1b\x07\n"}],
)
def test_what_makes_no_sense_counts_as_not_given(value: dict[str, Any]) -> None:
    assert HostLabel.from_json(value) == HostLabel()


def test_a_name_is_one_short_line() -> None:
    assert (
        HostLabel.from_json({"name": " of\tthe\n\u202eteam " + "x" * 100}).name
        == ("of the team " + "x" * 100)[:60]
    )


def test_what_stands_beside_it_stays() -> None:
    entry = {"plain_http": True, "name": "Mine", "later": 1}
    assert without_options(entry) == {"name": "Mine", "later": 1}
    assert without_label(entry) == {"plain_http": True, "later": 1}
    assert HostOptions.from_json(entry) == HostOptions(plain_http=True)
