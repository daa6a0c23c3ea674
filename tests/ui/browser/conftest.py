"""The place Registries over real registries, and a window that only follows where the page leads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.digest import digest_of
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.workspace import Workspace
from support.browser_pages import browser_page
from support.certificates import self_signed
from support.planted import PASSWORD, USERNAME
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer, push_golden, put_blob, put_manifest

IMAGE = "application/vnd.oci.image.config.v1+json"
COSIGN = "application/vnd.dev.cosign.simplesigning.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def put_image(server: RegistryServer, path: str, tag: str, layer: str = "application/octet-stream") -> str:
    """Something that is no ModelKit; gives its digest."""
    content = json.dumps({"of": tag}).encode()
    digest = digest_of(content)
    part = {"mediaType": IMAGE, "digest": digest, "size": len(content)}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": part,
        "layers": [{**part, "mediaType": layer}],
    }
    with server.session(path) as session:
        put_blob(session, server.origin, path, digest, content)
        return put_manifest(session, server.origin, path, tag, MANIFEST, json.dumps(manifest).encode())


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry by plain http that nobody changes: two repositories, kits, an image, a signature."""
    with RegistryServer(tmp_path_factory.mktemp("filled")) as server:
        digest = push_golden(server, golden / "01-all-sections", "team/churn", ("v1", "v2", "v10"))
        push_golden(server, golden / "06-tags-shared", "team/churn", ("v3",))
        push_golden(server, golden / "06-tags-shared", "vision/resnet", ("v1",))
        put_image(server, "team/churn", "base")
        put_image(server, "team/churn", f"{digest.replace(':', '-')}.sig", COSIGN)
        yield server


@pytest.fixture(scope="session")
def untrusted(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry with a certificate that is signed by itself."""
    with RegistryServer(tmp_path_factory.mktemp("untrusted"), identity=self_signed()) as server:
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1",))
        yield server


@pytest.fixture(scope="session")
def private(tmp_path_factory: pytest.TempPathFactory, golden: Path) -> Iterator[RegistryServer]:
    """A registry by plain http that lets nobody in but one."""
    folder = tmp_path_factory.mktemp("private")
    with RegistryServer(folder, passwords={USERNAME: PASSWORD}) as server:
        push_golden(server, golden / "01-all-sections", "team/churn", ("v1",))
        yield server


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Iterator[BrowserPage]:
    """The page, showing the list; no registry is on it yet."""
    with browser_page(qtbot, workspace, navigator) as made:
        yield made


@pytest.fixture
def keep(workspace: Workspace) -> Callable[..., str]:
    """keep(server, options=None): put a registry on the list, by plain http unless it speaks TLS."""

    def save(server: RegistryServer, options: HostOptions | None = None) -> str:
        workspace.save_registry(server.host, options or HostOptions(plain_http=server.identity is None))
        return server.host

    return save
