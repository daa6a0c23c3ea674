"""How projects stand, in words."""

from __future__ import annotations

import pytest

from kitops_desktop.jobs.folder_changes import NO_CHANGES, FolderChanges
from kitops_desktop.jobs.project_state import ProjectState
from kitops_desktop.ui.editor.standing_text import (
    pills,
    standing_sentence,
    standing_tone,
    version_text,
)

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("state", "text", "sentence", "tone"),
    [
        (None, "", "", "neutral"),
        (ProjectState(is_gone=True), "folder is gone", "", "danger"),
        (ProjectState(is_new=True), "no Kitfile yet", "", "neutral"),
        (ProjectState(problems=2), "Kitfile invalid", "", "danger"),
        (ProjectState(trouble="Disk full"), "cannot be packed", "Disk full", "danger"),
        (ProjectState(new_bytes=2048), "+2.0 KiB", "Never packed; a pack adds 2.0 KiB", "neutral"),
        (
            ProjectState(packed_as="ml/churn:v3", changes=NO_CHANGES, new_bytes=0),
            "in sync with v3",
            "In sync with ml/churn:v3",
            "success",
        ),
        (
            ProjectState(packed_as="a:v3", changes=FolderChanges(2, 4, 1), new_bytes=3 << 30, at_most=True),
            "4 changed, 2 new, 1 removed, up to +3.0 GiB",
            "4 files changed, 2 new, 1 removed since v3; a new pack adds up to 3.0 GiB",
            "warning",
        ),
        (
            ProjectState(packed_as="a:v3", changes=FolderChanges(touched=1), new_bytes=10, at_most=True),
            "1 not yet compared, up to +10 bytes",
            "1 file not yet compared since v3; a new pack adds up to 10 bytes",
            "warning",
        ),
        (
            ProjectState(packed_as="a:v3", changes=NO_CHANGES, kitfile_changed=True, new_bytes=0),
            "Kitfile changed",
            "The Kitfile changed since v3; a new pack adds next to nothing",
            "warning",
        ),
        (
            ProjectState(packed_as="a:v3", changes=FolderChanges(folders=True), new_bytes=512),
            "folders changed, +512 bytes",
            "Folders changed since v3; a new pack adds 512 bytes",
            "warning",
        ),
        (
            ProjectState(packed_as="a:v3", unknown="a:v3 is not on this computer", new_bytes=512),
            "+512 bytes",
            "Not compared: a:v3 is not on this computer; a new pack adds 512 bytes",
            "neutral",
        ),
    ],
)
def test_states_in_words(state: ProjectState | None, text: str, sentence: str, tone: str) -> None:
    assert ", ".join(pill for pill, _ in pills(state)) == text
    assert standing_sentence(state) == sentence
    assert standing_tone(state) == tone


def test_what_is_most_important_comes_first() -> None:
    state = ProjectState(packed_as="a:1", changes=FolderChanges(added=1, changed=1), new_bytes=5)
    assert [tone for _, tone in pills(state)] == ["warning", "warning", "neutral"]


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("ml/churn:v3", "v3"),
        (DIGEST, "abababab"),
        (f"ml/churn@{DIGEST}", "abababab"),
        ("not A one", "not A one"),
    ],
)
def test_versions(reference: str, version: str) -> None:
    assert version in version_text(reference)
