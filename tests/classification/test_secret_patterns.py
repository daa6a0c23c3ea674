"""Secrets by what they look like. All of them are made up here, anew for each run."""

from __future__ import annotations

import base64
import json
import string
import time
from random import Random

import pytest

from kitops_desktop.classification.secret_patterns import MOST_FOUND, MOST_TEXT, find_secrets

_RANDOM = Random(7)
_ALNUM = string.ascii_letters + string.digits


def made(length: int, letters: str = _ALNUM) -> str:
    """Random letters, with a digit among them."""
    return "".join(_RANDOM.choice(letters) for _ in range(length - 1)) + "7"


TOKENS = {
    "AWS access key": "AKIA" + made(15, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") + "Q",
    "Google API key": "AIza" + made(35),
    "Google OAuth secret": "GOCSPX-" + made(28),
    "Azure storage key": "AccountKey=" + made(86) + "==",
    "GitHub token": "ghp_" + made(36),
    "GitLab token": "glpat-" + made(20),
    "Hugging Face token": "hf_" + made(34),
    "Anthropic key": "sk-ant-api03-" + made(90),
    "OpenAI key": "sk-proj-" + made(60),
    "Slack token": "xoxb-" + made(12, string.digits) + "-" + made(24),
    "Stripe key": "sk_live_" + made(24),
    "npm token": "npm_" + made(36),
    "PyPI token": "pypi-AgE" + made(80),
    "Docker token": "dckr_pat_" + made(27),
    "Databricks token": "dapi" + made(32, "0123456789abcdef"),
    "signed token (JWT)": f"eyJ{made(30)}.eyJ{made(60)}.{made(43)}",
}


@pytest.mark.parametrize(("what", "token"), TOKENS.items())
@pytest.mark.parametrize(
    "frame", ["{}", 'key = "{}"\n', "TOKEN={}\n", '{{"a": "{}"}}', "see {} there", "a,{},b"]
)
def test_tokens_of_services_wherever_they_stand(what: str, token: str, frame: str) -> None:
    text = "first\nsecond\n" + frame.format(token)
    assert [(one.what, one.line) for one in find_secrets(text.encode(), "a.py")] == [(what, 3)]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("end", ["\n", "\\n"])
def test_private_keys_as_files_and_inside_json(kind: str, end: str) -> None:
    text = f"# key{end}-----BEGIN {kind}PRIVATE KEY-----{end}{made(64)}{end}-----END {kind}PRIVATE KEY-----"
    (found,) = find_secrets(text.encode(), "key.json" if end == "\\n" else "id")
    assert found.what.startswith("private key")
    assert found.line == (1 if end == "\\n" else 2)


def test_other_keys() -> None:
    pgp = f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{made(64)}\n"
    assert [one.what for one in find_secrets(pgp.encode())] == ["private key (PGP)"]
    putty = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"
    assert [one.what for one in find_secrets(putty.encode())] == ["private key (PuTTY)"]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        (".env", "DB_PASSWORD=Tr0ub4dor&3\n", "password"),
        (".env", "export API_KEY={}\n", "key or token"),
        ("a.py", 'password = "Tr0ub4dor&3"\n', "password"),
        ("a.py", "client(api_key='{}')\n", "key or token"),
        ("a.yaml", "  secret_key: {}\n", "key or token"),
        ("a.json", '{{"client_secret": "{}"}}', "key or token"),
        ("a.ini", "access_token = {}  # mine\r\n", "key or token"),
        (".netrc", "machine h login me password Tr0ub4dor\n", "password of a server"),
        ("a.txt", "postgresql://app:Tr0ub4dor@db.internal:5432/x\n", "database password"),
        ("a.txt", "mongodb+srv://app:Tr0ub4dor@cluster.net/x\n", "database password"),
        ("a.txt", "https://me:Tr0ub4dor@host.org/x.git\n", "address with a password"),
    ],
)
def test_values_given_to_what_is_called_a_secret(name: str, text: str, what: str) -> None:
    text = text.replace("{}", made(32)).replace("{{", "{").replace("}}", "}")
    assert [(one.what, one.line) for one in find_secrets(text.encode(), name)] == [(what, 1)]


@pytest.mark.parametrize(
    "text",
    [
        'token = "<your-token>"',
        "HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "PASSWORD=changeme",
        "PASSWORD=${DB_PASSWORD}",
        'password = os.environ["DB_PASSWORD"]',
        "api_key = get_key(name, 17)",
        'tokenizer = "bert-base-uncased-2024-v12"',
        '"pad_token": "<|endoftext|>"',
        '"token_type_ids": "a1b2c3d4e5f6a7b8c9d0"',
        'raise ValueError("wrong password: try again")',
        "TOKENIZERS_PARALLELISM=false",
        'if "-----BEGIN PRIVATE KEY-----" in text:',
        "postgres://user:password@localhost/db",
        "postgres://postgres:postgres@localhost/db",
        "https://host.org:8080/a@b",
        "https://$USER:$PASSWORD@host.org/",
        "sk-learn-is-what-nobody-calls-scikit-learn-these-days",
        "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
        '"image/png": "' + base64.b64encode(bytes(range(256)) * 4).decode() + '"',
    ],
)
@pytest.mark.parametrize("name", [".env", "a.py", "a.json", "a.yaml"])
def test_what_stands_in_place_of_a_secret_is_none(text: str, name: str) -> None:
    assert find_secrets(f"{text}\n".encode(), name) == ()


def test_outputs_of_notebooks_are_looked_through() -> None:
    cell = {
        "cell_type": "code",
        "source": ["import os\n"],
        "outputs": [{"text": [f"a\nb {TOKENS['GitHub token']}\n"]}],
    }
    text = json.dumps({"nbformat": 4, "cells": [cell]}, indent=1)
    (found,) = find_secrets(text.encode(), "a.ipynb")
    assert found.what == "GitHub token"
    assert "ghp_" in text.split("\n")[(found.line or 0) - 1]


@pytest.mark.parametrize("before", range(65_490, 65_540, 7))
def test_a_secret_is_found_once_wherever_it_stands_in_a_long_text(before: int) -> None:
    token = TOKENS["GitHub token"]
    text = "a" * (before - 1) + " " + token + "\n" + "b " * 50_000
    assert [(one.what, one.line) for one in find_secrets(text.encode())] == [("GitHub token", 1)]


def test_the_secret_itself_goes_nowhere() -> None:
    token = TOKENS["Hugging Face token"]
    assert token[4:20] not in repr(find_secrets(f"HF_TOKEN={token}".encode(), ".env"))


def test_what_windows_writes_is_text_and_bytes_are_not() -> None:
    token = TOKENS["npm token"]
    assert [one.line for one in find_secrets(f"a\r\n{token}\r\n".encode("utf-16"))] == [2]
    assert find_secrets(b"\0" + token.encode()) == ()


def test_only_the_beginning_counts_and_not_all_of_very_many_are_told() -> None:
    token = TOKENS["GitHub token"].encode()
    assert find_secrets(b"a" * MOST_TEXT + b"\n" + token) == ()
    assert len(find_secrets((token + b"\n") * 5000)) == MOST_FOUND


@pytest.mark.parametrize(
    "piece",
    [b"eyJ", b"://a:", b"password='", b"token        =        \"", b"-----BEGIN PRIVATE KEY-----", b"a+",
     b"sk-", b"passwordpassword_", b"AKIA", b"x://y:z@", b"sig=A", b"\n", b"hf_a.", b"glpat-.", b"token:"],
)  # fmt: skip
def test_no_text_takes_long(piece: bytes) -> None:
    """Four times the text takes about four times as long, not sixteen."""
    whole = piece * (MOST_TEXT // len(piece))
    times = []
    for content in (whole[: MOST_TEXT // 4], whole):
        before = time.thread_time()
        find_secrets(content, ".env")
        times.append(time.thread_time() - before)
    assert times[1] < 10 * times[0] + 0.05
