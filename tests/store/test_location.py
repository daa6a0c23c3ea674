"""Where the store is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.store.location import store_home


@pytest.mark.parametrize(
    ("configured", "environ", "platform", "expected"),
    [
        ("/given", {"KITOPS_HOME": "/env", "HOME": "/h"}, "linux", "/given"),
        ("", {"KITOPS_HOME": "/env", "HOME": "/h"}, "linux", "/env"),
        ("", {"HOME": "/h"}, "linux", "/h/.local/share/kitops"),
        ("", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "linux", "/x/kitops"),
        ("", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "darwin", "/h/Library/Caches/kitops"),
        ("", {"USERPROFILE": "/u", "LOCALAPPDATA": "/local"}, "win32", "/local/kitops"),
        ("", {"KITOPS_HOME": "", "HOME": "/h"}, "linux", "/h/.local/share/kitops"),
    ],
)
def test_rules_of_kit(configured: str, environ: dict[str, str], platform: str, expected: str) -> None:
    assert store_home(configured, environ, platform) == Path(expected)


def test_relative_places_are_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert store_home("kits", {}) == tmp_path / "kits"
    assert store_home("", {"KITOPS_HOME": "other"}) == tmp_path / "other"
