"""What is masked in logs and diagnostics, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.masking import mask_home, mask_secrets


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://me:pw@ghcr.io/v2/", "https://***@ghcr.io/v2/"),
        ("GET https://s3.example/blob?X-Sig=ab&e=1 200", "GET https://s3.example/blob?*** 200"),
        ('"https://h/x?token=abc"', '"https://h/x?***"'),
        ("Authorization: Basic dXNlcjpwdw==", "Authorization: ***"),
        ("got Bearer abc.def-ghi", "got Bearer ***"),
        ("password=hunter2 user=me", "password=*** user=me"),
        ("{'refresh_token': 'abc def', 'n': 1}", "{'refresh_token': ***, 'n': 1}"),
        ("HF_TOKEN=hf_abc", "HF_TOKEN=***"),
        ("api-key: xyz", "api-key: ***"),
        ("used ghp_0123456789abcdefghij today", "used *** today"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
    ],
)
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "layer sha256:" + "a" * 64,
        "packed /data/tokens/tokenizer.json in 3 s",
        "https://ghcr.io/v2/team/model/manifests/v1 404",
        "is this a question? yes: C:\\models",
        "registry.example.com/team/model@sha256:" + "b" * 64,
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask_secrets(text) == text


def test_home_folder_is_masked_but_not_its_neighbour(home: Path) -> None:
    assert mask_home(f"{home}/models and {home}") == "~/models and ~"
    assert mask_home(f"{home}2/models") == f"{home}2/models"
