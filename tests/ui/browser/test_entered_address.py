"""What people paste to name a registry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.hosts import is_here
from kitops_desktop.ui.browser.entered_address import read_address, read_name

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "place", "plain"),
    [
        ("ghcr.io", "ghcr.io", False),
        ("  GHCR.io/ ", "ghcr.io", False),
        ("localhost:5000", "localhost:5000", False),
        ("http://localhost:5000", "localhost:5000", True),
        ("http://registry.example:80/v2/", "registry.example", True),
        ("https://registry.example:443", "registry.example", False),
        ("https://registry.example/v2/_catalog", "registry.example", False),
        ("https://hub.docker.com", "docker.io", False),
        ("oci://registry.example/team/churn:v1", "registry.example/team/churn:v1", False),
        ("registry.example/team/churn", "registry.example/team/churn", False),
        (f"registry.example/team/churn@{DIGEST}", f"registry.example/team/churn@{DIGEST}", False),
        ("[::1]:5000/team/churn:v1", "[::1]:5000/team/churn:v1", False),
    ],
)
def test_an_address_is_read_as_it_is_meant(text: str, place: str, plain: bool) -> None:
    address = read_address(text)
    assert (address.place, address.plain_http) == (place, plain)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Enter the name"),
        ("registry", "registry:5000"),
        ("https://registry", "registry:443"),
        ("ftp://registry.example", "https or http"),
        ("https://user:planted@registry.example", "Leave out user"),
        ("registry.example/Team/Churn", "lowercase"),
        ("registry.example/team/churn:v 1", "no blanks"),
        ("registry.example\n", None),
        ("-.example", "no name of a registry"),
        ("registry.example/team:!", "names no repository"),
        ("x" * 5000 + ".example", "no blanks"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, says: str | None) -> None:
    if says is None:
        assert read_address(text).host == "registry.example"
        return
    with pytest.raises(InvalidArgument, match=says):
        read_address(text)


def test_no_password_is_repeated() -> None:
    with pytest.raises(InvalidArgument) as caught:
        read_address("https://user:planted@registry.example/team")
    assert "planted" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("team/churn", "registry.example:5000/team/churn"),
        ("team/churn:v1", "registry.example:5000/team/churn:v1"),
        ("other.example/team/churn:v1", "other.example/team/churn:v1"),
        ("churn", "registry.example:5000/churn"),
        ("https://other.example", "other.example"),
    ],
)
def test_a_name_is_of_the_registry_that_is_shown_unless_it_is_whole(text: str, place: str) -> None:
    assert read_name(text, "registry.example:5000").place == place


def test_what_is_on_this_computer() -> None:
    assert all(map(is_here, ("localhost:5000", "127.0.0.1:5000", "[::1]:5000")))
    assert not any(map(is_here, ("localhost.example:5000", "128.0.0.1", "registry.example")))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("docker pull ghcr.io/team/churn:v1", "ghcr.io/team/churn:v1"),
        ("$ sudo docker image pull --platform linux/amd64 ghcr.io/team/churn:v1", "ghcr.io/team/churn:v1"),
        ("docker pull nginx:1.25", "docker.io/library/nginx:1.25"),
        ("podman pull team/churn", "docker.io/team/churn"),
        (
            "docker run --rm -it -p 8000:8000 jozu.ml/team/churn/llama-cpp:v1 sh",
            "jozu.ml/team/churn/llama-cpp:v1",
        ),
        ("kit pull jozu.ml/team/churn:v1", "jozu.ml/team/churn:v1"),
        ("`kit unpack jozu.ml/team/churn:v1 -d ./my.dir/out --filter=model`", "jozu.ml/team/churn:v1"),
        ("kit unpack -d my.dir/out jozu.ml/team/churn:v1", "jozu.ml/team/churn:v1"),
        ("kit pack . -t jozu.ml/team/churn:v2", "jozu.ml/team/churn:v2"),
        ("kitops-desktop files --tree localhost:5000/team/churn:v1", "localhost:5000/team/churn:v1"),
        (f"oras pull registry.example/team/churn@{DIGEST}", f"registry.example/team/churn@{DIGEST}"),
        ("skopeo inspect docker://registry.example/team/churn:v1", "registry.example/team/churn:v1"),
        ("helm pull oci://registry.example/charts/app", "registry.example/charts/app"),
        ("https://jozu.ml/repository/team/churn", "jozu.ml/team/churn"),
        ("jozu.ml/repository/team/churn:v1", "jozu.ml/team/churn:v1"),
        ("https://jozu.ml/repository/team/churn/8B-q5_0/deploy", "jozu.ml/team/churn:8B-q5_0"),
        ("https://jozu.ml/repository/team/churn/tags", "jozu.ml/team/churn"),
        ("jozu.ml/team/churn:v1", "jozu.ml/team/churn:v1"),
        ("https://hub.docker.com/r/team/churn/tags", "docker.io/team/churn"),
        ("https://hub.docker.com/_/nginx", "docker.io/library/nginx"),
        ("https://hub.docker.com/repository/docker/team/churn/general", "docker.io/team/churn"),
        ("https://hub.docker.com/layers/team/churn/v1/images/sha256-00", "docker.io/team/churn:v1"),
        ("https://quay.io/repository/team/churn?tab=tags&tag=v1", "quay.io/team/churn:v1"),
        (f"https://quay.io/repository/team/churn/manifest/{DIGEST}", f"quay.io/team/churn@{DIGEST}"),
        ("https://github.com/Team/Repo/pkgs/container/churn/123?tag=v1", "ghcr.io/team/churn:v1"),
        ("https://github.com/orgs/team/packages/container/package/sub%2Fchurn", "ghcr.io/team/sub/churn"),
        ("https://github.com/users/me/packages/container/churn/versions", "ghcr.io/me/churn"),
        ("https://gitlab.com/Team/sub/churn/container_registry/12", "registry.gitlab.com/team/sub/churn"),
        ("https://gitlab.com/team/churn/-/container_registry", "registry.gitlab.com/team/churn"),
        ("docker login ghcr.io", "ghcr.io"),
        ("docker build -t ghcr.io/team/churn:v1 .", "ghcr.io/team/churn:v1"),
        ("docker buildx build --push -t ghcr.io/team/churn:v1 .", "ghcr.io/team/churn:v1"),
        ("docker tag churn ghcr.io/team/churn:v1", "ghcr.io/team/churn:v1"),
        ("docker container run -it ghcr.io/team/churn:v1 bash", "ghcr.io/team/churn:v1"),
        ("docker save ghcr.io/team/churn:v1 -o x.tar", "ghcr.io/team/churn:v1"),
        ("sudo -E docker pull ghcr.io/team/churn:v1", "ghcr.io/team/churn:v1"),
        ("kit login jozu.ml", "jozu.ml"),
        ("kit list localhost:5000", "localhost:5000"),
        ("kit unpack -o jozu.ml/team/churn:v1", "jozu.ml/team/churn:v1"),
        ("kit -v pull jozu.ml/team/churn:v1; ls", "jozu.ml/team/churn:v1"),
        ("KITOPS_HOME=/x ./kit.exe pull jozu.ml/team/churn:v1,v2 && ls", "jozu.ml/team/churn:v1"),
        ("kit unpack \\ \n  jozu.ml/team/churn:v1 \\ \n -d out", "jozu.ml/team/churn:v1"),
        ("FROM ghcr.io/team/churn:v1", "ghcr.io/team/churn:v1"),
        ("image: nginx", "docker.io/library/nginx"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("quay.io/user/churn:v1", "quay.io/user/churn:v1"),
        ("jozu.ml/search/churn", "jozu.ml/search/churn"),
        ("(jozu.ml/team/churn:v1),", "jozu.ml/team/churn:v1"),
        ("\u200bjozu.ml/team/churn:v1\ufeff", "jozu.ml/team/churn:v1"),
        ("https://www.jozu.ml:443/repository/Team/Churn", "jozu.ml/team/churn"),
        ("https://hub.docker.com/repository/docker/team/churn/tags/v1/sha256-00", "docker.io/team/churn:v1"),
        ("https://ghcr.io/v2/team/churn/tags/list", "ghcr.io/team/churn"),
        ("https://ghcr.io/v2/team/churn/manifests/v1", "ghcr.io/team/churn:v1"),
        (f"https://ghcr.io/v2/team/churn/manifests/{DIGEST}", f"ghcr.io/team/churn@{DIGEST}"),
    ],
)
def test_lines_and_pages_mean_the_repository_they_are_about(text: str, place: str) -> None:
    assert read_address(text).place == place
    assert read_name(text, "other.example").place == place


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kit unpack churn:v1", "no reference with a registry"),
        ("docker pull", "no reference with a registry"),
        ("docker pull --quiet", "no reference with a registry"),
        ("rm -rf registry.example/team", "no blanks"),
        ("kit unpack 'jozu.ml/team/churn", "is no name of a registry"),
        ("docker compose pull", "no reference with a registry"),
        ("docker pull localhost/churn", "localhost:5000"),
        ("kit import https://github.com/team/churn", "fetches from git"),
        ("kit import git@git.example:team/churn.git", "fetches from git"),
        ("https://hub.docker.com/u/team", "Docker Hub is about no repository"),
        ("https://quay.io/organization/team", "Quay is about no repository"),
        ("https://jozu.ml/discover", "Jozu Hub is about no repository"),
        ("https://github.com/team/churn", "GitHub is about no package"),
        ("https://gitlab.com/team/churn", "GitLab is about no registry"),
        ("https://git.example/team/churn/container_registry/7", "not on the list. Add it first"),
    ],
)
def test_lines_that_lead_nowhere_are_said(text: str, says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        read_address(text)


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("git.example:5050", "git.example:5050/team/sub/churn"),
        ("registry.git.example", "registry.git.example/team/sub/churn"),
        ("registry.example", "registry.example/team/sub/churn"),
    ],
)
def test_a_page_of_ones_own_gitlab_means_the_registry_on_the_list_that_is_its(host: str, place: str) -> None:
    page = "https://git.example/Team/sub/churn/-/container_registry/12?orderBy=NAME"
    assert read_address(page, ("another.example", host)).place == place
    assert read_name(page, "another.example", (host,)).place == place


@pytest.mark.parametrize(
    ("page", "reference"),
    [
        ("https://own.example/harbor/projects/5/repositories/churn", "own.example/ml/churn"),
        ("http://own.example:8080/harbor/projects/5/repositories/churn", "own.example:8080/ml/churn"),
        ("own.example/harbor/projects/5/repositories/a%252Fb/artifacts-tab", "own.example/ml/a/b"),
        ("https://own.example/harbor/projects/5/repositories/ml%2Fchurn/tags/v1", "own.example/ml/churn"),
        (
            f"https://own.example/harbor/projects/5/repositories/churn/artifacts-tab/artifacts/{DIGEST}",
            f"own.example/ml/churn@{DIGEST}",
        ),
    ],
)
def test_a_page_of_harbor_says_the_number_of_the_project_only(page: str, reference: str) -> None:
    address = read_address(page)
    assert address.page is not None
    assert address.page.number == 5
    assert address.page.reference("ml") == reference
    assert address.plain_http == page.startswith("http:")
    assert read_address(f"https://{address.page.address}").page == replace(address.page, plain_http=False)
