"""The registries in the settings, as values."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.registry.kept_hosts import (
    label_of,
    options_of,
    with_entry,
    with_label,
    with_options,
    without_host,
)

BEFORE = {"a.example:5000": {"plain_http": True, "name": "Ours", "of_another_version": 7}, "b.example": {}}


def test_a_change_of_one_thing_leaves_the_rest_of_an_entry() -> None:
    spoken = with_options(BEFORE, "A.example:5000", HostOptions(username="robot"))
    assert spoken["a.example:5000"] == {"username": "robot", "name": "Ours", "of_another_version": 7}
    called = with_label(spoken, "A.example:5000", HostLabel(stage="prod"))
    assert called["a.example:5000"] == {"username": "robot", "stage": "prod", "of_another_version": 7}
    assert options_of(called, "a.example:5000") == HostOptions(username="robot")
    assert label_of(called, "a.example:5000") == HostLabel(stage="prod")
    assert with_entry(called, "A.example:5000", BEFORE["a.example:5000"]) == BEFORE
    assert without_host(called, "A.example:5000") == {"b.example": {}}


def test_what_is_not_there_is_as_usual() -> None:
    assert options_of({}, "a.example") == HostOptions()
    assert label_of({}, "a.example") == label_of({}, "no host at all") == HostLabel()
    assert without_host(BEFORE, "c.example") == BEFORE


def test_the_password_of_a_proxy_is_not_taken() -> None:
    with pytest.raises(InvalidArgument, match="HTTPS_PROXY"):
        with_options(BEFORE, "a.example:5000", HostOptions(proxy="http://somebody:secret@proxy.example"))
