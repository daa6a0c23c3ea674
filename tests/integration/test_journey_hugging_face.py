"""From an address of Hugging Face to a project that can be packed: in a real window, by role and name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.desktop import Desktop
from support.hub_repository import HubRepository
from support.hub_server import HubServer
from support.planted import HUB_TOKEN
from support.secret_service import SecretService

pytestmark = pytest.mark.window

CARD = b"---\nlicense: mit\npipeline_tag: tabular-classification\n---\n# Bearing faults\n\nFinds them.\n"
WANTED = ("README.md", "bearing-faults.safetensors", "predict.py")


@pytest.fixture
def contents(sample_folder: Path) -> dict[str, bytes]:
    found = {
        path.relative_to(sample_folder).as_posix(): path.read_bytes()
        for path in sample_folder.rglob("*")
        if path.is_file() and path.name != "Kitfile"
    }
    return found | {"README.md": CARD}


def test_from_an_address_to_a_project(
    desktop: Desktop,
    desktops_keyring: SecretService,
    contents: dict[str, bytes],
    tmp_path: Path,
    after_first_run: None,
) -> None:
    target = tmp_path / "models" / "bearing-faults"
    large = {path for path in contents if path.endswith((".safetensors", ".csv"))}
    repository = HubRepository(
        "acme/bearing-faults", private=True, readers={"team"}, files=contents, lfs=large
    )
    with HubServer(repository, tokens={HUB_TOKEN: "team"}, page_size=3) as hub:
        window = desktop.start_kitops(HF_ENDPOINT=hub.origin)
        window.place(40, 30, 1240, 820)
        window.find("radio button", re.compile("^Registries")).click()
        window.find("text", "Open a reference").type("https://huggingface.co/acme/bearing-faults")
        desktop.keys("Return")

        window.find("push button", "Sign in…").click()
        window.find("password text", "Access token").click()
        desktop.type(HUB_TOKEN)
        window.find("push button", "Sign in", state="sensitive").click()
        window.find("page tab", "Files").click()
        assert [HUB_TOKEN in secret for _, secret in desktops_keyring.items().values()] == [True]

        window.find("label", re.compile(f"^{len(contents)} files, "))
        window.find("text", "Filter files").type("safetensors")
        window.find("table cell", "bearing-faults.safetensors").click()
        window.find("page tab", "Tensors (6)").click()
        window.find("table cell", "hidden.weight")
        window.find("label", re.compile("^Read by range from Hugging Face: not verified"))
        for number, name in enumerate(WANTED, start=1):
            window.find("text", "Filter files").type(name)
            window.find("table cell", name).click_tick()
            window.find("label", re.compile(f"^{number} files? ticked"))

        window.find("push button", re.compile("^Download ticked")).click()
        window.find("text", "Download into").type(str(target))
        window.find("push button", "Download", state="sensitive").click()
        window.find("text", "Package name").wait_text("bearing-faults")
        assert not hub.storage.authorizations()
    expected = {path: value for path, value in contents.items() if path.endswith(WANTED)}
    written = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
    assert {path: place.read_bytes() for path, place in written.items()} == expected
