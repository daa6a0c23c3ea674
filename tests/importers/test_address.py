"""What addresses of Hugging Face are about, as they are in web browsers, programs and snippets."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import (
    HfAddress,
    HfAuthorAddress,
    HfKind,
    is_hf_address,
    is_hf_name,
    parse_hf_address,
    parse_hf_author,
    parse_hf_target,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PAGE = "https://huggingface.co"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        # pages of repositories
        (f"{PAGE}/team/churn", "hf://team/churn"),
        ("huggingface.co/team/churn/", "hf://team/churn"),
        ("hf.co/team/churn", "hf://team/churn"),
        ("http://www.HuggingFace.co:80/Team/Churn-7B_v0.1", "hf://Team/Churn-7B_v0.1"),
        (f"{PAGE}/gpt2", "hf://gpt2"),
        (f"{PAGE}/gpt2/blob/main/config.json", "hf://gpt2@main/config.json"),
        (f"{PAGE}/team/_churn", "hf://team/_churn"),
        (f"{PAGE}/team/churn?library=transformers#uses", "hf://team/churn"),
        (f"{PAGE}/models/team/churn", "hf://team/churn"),
        (f"{PAGE}/datasets/team/rows", "hf://datasets/team/rows"),
        (f"{PAGE}/datasets/squad", "hf://datasets/squad"),
        (f"{PAGE}/datasets/squad/viewer/plain_text/train", "hf://datasets/squad"),
        (f"{PAGE}/datasets/team/rows/viewer/default/train?row=3", "hf://datasets/team/rows"),
        (f"{PAGE}/spaces/team/viewer", "hf://spaces/team/viewer"),
        (f"{PAGE}/spaces/team/demo?logs=container", "hf://spaces/team/demo"),
        # revisions and files
        (f"{PAGE}/team/churn/tree/main", "hf://team/churn"),
        (f"{PAGE}/team/churn/tree", "hf://team/churn"),
        (f"{PAGE}/team/churn/tree/v1.0+cu/sub/folder", "hf://team/churn@v1.0%2Bcu/sub/folder"),
        (f"{PAGE}/team/churn/tree/feature%2Fnew", "hf://team/churn@feature%2Fnew"),
        (f"{PAGE}/team/churn/tree/refs%2Fpr%2F3", "hf://team/churn@refs%2Fpr%2F3"),
        (f"{PAGE}/team/churn/blob/refs/pr/3/a/b.json", "hf://team/churn@refs%2Fpr%2F3/a/b.json"),
        (
            f"{PAGE}/datasets/team/rows/tree/refs%2Fconvert%2Fparquet/default/train",
            "hf://datasets/team/rows@refs%2Fconvert%2Fparquet/default/train",
        ),
        (f"{PAGE}/team/churn/blob/main/model.safetensors", "hf://team/churn/model.safetensors"),
        (f"{PAGE}/team/churn/resolve/{COMMIT}/a%20b.txt?download=true", f"hf://team/churn@{COMMIT}/a b.txt"),
        (f"{PAGE}/team/churn/raw/main/config.json#L3", "hf://team/churn/config.json"),
        (f"{PAGE}/team/churn/blame/v1/README.md", "hf://team/churn@v1/README.md"),
        (f"{PAGE}/team/churn/edit/main/README.md", "hf://team/churn/README.md"),
        (f"{PAGE}/team/churn/commit/{COMMIT}", f"hf://team/churn@{COMMIT}"),
        (f"{PAGE}/team/churn/commits/v1/README.md", "hf://team/churn@v1"),
        (f"{PAGE}/team/churn/commits", "hf://team/churn"),
        (f"{PAGE}/team/churn?show_file_info=model.safetensors", "hf://team/churn/model.safetensors"),
        (f"{PAGE}/team/churn/tree/main?show_file_info=a%2Fb.gguf", "hf://team/churn/a/b.gguf"),
        (f"{PAGE}/team/churn/discussions/3/files", "hf://team/churn"),
        (f"{PAGE}/gpt2/discussions/3", "hf://gpt2"),
        # the interface
        (f"{PAGE}/api/models/team/churn", "hf://team/churn"),
        (f"{PAGE}/api/models/team/churn/revision/refs%2Fpr%2F1", "hf://team/churn@refs%2Fpr%2F1"),
        (f"{PAGE}/api/datasets/team/rows/tree/main/data?recursive=true", "hf://datasets/team/rows/data"),
        (f"{PAGE}/api/resolve-cache/models/team/churn/{COMMIT}/a%2Fb", f"hf://team/churn@{COMMIT}/a/b"),
        # git
        (f"{PAGE}/team/churn.git", "hf://team/churn"),
        ("git@hf.co:team/churn", "hf://team/churn"),
        ("git@huggingface.co:datasets/team/rows.git", "hf://datasets/team/rows"),
        ("ssh://git@hf.co:22/spaces/team/demo", "hf://spaces/team/demo"),
        ("https://somebody@huggingface.co/team/churn", "hf://team/churn"),
        # quantisations
        ("hf.co/team/churn:Q4_K_M", "hf://team/churn"),
        ("hf://team/churn:Q4_K_M", "hf://team/churn"),
        # the file system for Python
        ("hf://team/churn", "hf://team/churn"),
        ("HF://models/team/churn@v1", "hf://team/churn@v1"),
        ("hf://models/gpt2", "hf://gpt2"),
        ("hf://gpt2@v1/config.json", "hf://gpt2@v1/config.json"),
        ("hf://datasets/squad", "hf://datasets/squad"),
        ("hf://datasets/team/rows@refs/pr/3/a.json", "hf://datasets/team/rows@refs%2Fpr%2F3/a.json"),
        ("hf://datasets/team/rows@refs/convert/parquet", "hf://datasets/team/rows@refs%2Fconvert%2Fparquet"),
        ("hf://team/churn@feature%2Fnew/100%.txt", "hf://team/churn@feature%2Fnew/100%.txt"),
        ("hf://team/churn/a@b/c d.txt", "hf://team/churn/a@b/c d.txt"),
        ("hf://datasets/team/rows/data:/mnt:ro", "hf://datasets/team/rows/data"),
        ("huggingface://team/churn/model.gguf", "hf://team/churn/model.gguf"),
    ],
)
def test_an_address_is_about_a_repository(text: str, means: str) -> None:
    address = parse_hf_address(text)
    assert address is not None
    assert str(address) == means
    assert parse_hf_address(means) == address, "what is written is read as the same"
    assert is_hf_address(text)


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/models?search=churn", "/datasets", "/spaces", "/docs/hub/index", "/blog/team/news",
        "/papers/2401.00001", "/collections/team/best-0123", "/settings/tokens", "/team/models",
        "/team/datasets", "/team/activity/all", "/buckets/team/store", "/kernels/team/fast", "/api/whoami-v2",
        "/api/collections/team/best", "/login?next=%2Fteam%2Fchurn",
    ],
)  # fmt: skip
def test_a_page_may_be_about_no_repository(path: str) -> None:
    assert is_hf_address(f"{PAGE}{path}")
    with pytest.raises(InvalidArgument, match="about no repository"):
        parse_hf_address(f"{PAGE}{path}")


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (f"{PAGE}/organizations/team", "hf://organizations/team"),
        (f"{PAGE}/organizations/team/activity/all", "hf://organizations/team"),
        (f"{PAGE}/team/models", "hf://organizations/team/models"),
        ("hf.co/team/datasets/?sort=likes#top", "hf://organizations/team/datasets"),
        (f"{PAGE}/team/spaces", "hf://organizations/team/spaces"),
        (f"{PAGE}/models?author=team&sort=downloads", "hf://organizations/team/models"),
        (f"{PAGE}/datasets?author=team", "hf://organizations/team/datasets"),
        (f"{PAGE}/api/spaces?limit=5&author=team", "hf://organizations/team/spaces"),
        (f"{PAGE}/api/organizations/team/overview", "hf://organizations/team"),
        (f"{PAGE}/api/users/some_one/overview", "hf://organizations/some_one"),
        ("hf://organizations/team", "hf://organizations/team"),
        ("HF://organizations/team/spaces", "hf://organizations/team/spaces"),
    ],
)
def test_an_address_is_about_what_somebody_has(text: str, means: str) -> None:
    author = parse_hf_author(text)
    assert author is not None
    assert str(author) == means
    assert parse_hf_target(means) == author, "what is written is read as the same"
    assert is_hf_address(text)
    with pytest.raises(InvalidArgument, match="about no repository, but about"):
        parse_hf_address(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{PAGE}/team", "hf://team", f"{PAGE}/team/churn", "hf://team/models", f"{PAGE}/users/team",
        f"{PAGE}/models/datasets", f"{PAGE}/models?author=", f"{PAGE}/models?author=a%2Fb",
        f"{PAGE}/organizations", f"{PAGE}/organizations/a%20b", f"{PAGE}/docs/models",
        "https://somebody:planted@huggingface.co/team/models", "https://example.com/team/models",
        "hf://organizations", f"{PAGE}/team/models/x", "https://[huggingface.co/team/models",
    ],
)  # fmt: skip
def test_other_addresses_are_about_nobody_in_particular(text: str) -> None:
    assert parse_hf_author(text) is None


def test_the_page_of_somebody_for_the_web_browser() -> None:
    assert HfAuthorAddress("team").page() == f"{PAGE}/team"
    rows = HfAuthorAddress("team", HfKind.DATASET)
    assert rows.page("http://mirror:81") == "http://mirror:81/team/datasets"
    assert parse_hf_target(rows.page()) == rows
    assert parse_hf_target(f"{PAGE}/team") == HfAddress("team"), "the oldest repositories are called so"


@pytest.mark.parametrize("text", ["hf://datasets", "hf://buckets/team/store/a.bin", "hf://kernels/team/fast"])
def test_neither_is_an_address_of_another_kind(text: str) -> None:
    with pytest.raises(InvalidArgument, match="about no repository"):
        parse_hf_address(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hf://", "no repository of Hugging Face"),
        (f"{PAGE}/team/--churn", "no repository of Hugging Face"),
        (f"{PAGE}/team/ch%20urn", "no repository of Hugging Face"),
        (f"{PAGE}/team/{'x' * 97}", "no repository of Hugging Face"),
        (f"{PAGE}/team/churn/tree/a%20b", "no revision"),
        (f"{PAGE}/team/churn/tree/-x", "no revision"),
        (f"{PAGE}/team/churn/tree/a%2F..%2Fb", "no revision"),
        (f"{PAGE}/team/churn/tree/{'x' * 256}", "no revision"),
        (f"{PAGE}/team/churn/blob/main/a/../b", "This path"),
        (f"{PAGE}/team/churn/blob/main/%2e%2e/b", "This path"),
        (f"{PAGE}/team/churn/blob/main/a%00b", "This path"),
        (f"{PAGE}/team/churn?show_file_info=../b", "This path"),
        (f"hf://team/churn/{'x/' * 4000}", "This path"),
        ("https://team-demo.hf.space/run", "where a Space of Hugging Face runs"),
    ],
)
def test_what_no_repository_can_have_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        parse_hf_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "team/churn", "ghcr.io/team/churn", "https://huggingface.co.example/team/churn",
        "https://example.com/huggingface.co/team/churn", "ftp://huggingface.co/team/churn",
        "https://huggingface.co:8443/team/churn", "https://somebody:planted@huggingface.co/team/churn",
        "https://huggingface.co:x/team", "git@github.com:team/churn", "registry.hf.space/team-demo:latest",
        "https://[huggingface.co/team/churn",
    ],
)  # fmt: skip
def test_other_text_is_no_address_there(text: str) -> None:
    assert parse_hf_address(text) is None
    assert not is_hf_address(text)


@pytest.mark.parametrize(
    ("endpoint", "page"),
    [
        ("https://mirror.example/", "https://mirror.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_pages_of_a_mirror_are_addresses_too(
    endpoint: str, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_hf_address(f"{page}/team/churn")
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    for host in (page, PAGE):
        assert parse_hf_address(f"{host}/team/churn/tree/v1") == HfAddress("team/churn", revision="v1")


def test_a_page_for_the_web_browser() -> None:
    assert HfAddress("team/churn").page() == f"{PAGE}/team/churn"
    rows = HfAddress("team/rows", HfKind.DATASET, "refs/pr/3", "a.json")
    assert rows.page("http://mirror:81") == "http://mirror:81/datasets/team/rows/tree/refs%2Fpr%2F3"
    assert parse_hf_address(rows.page()) == HfAddress("team/rows", HfKind.DATASET, "refs/pr/3")


def test_a_name_alone() -> None:
    assert is_hf_name("team/churn-7B_v0.1")
    assert not any(map(is_hf_name, ("churn", "a/b/c", "./churn", "team/", "team/a--b", "te am/churn")))
