"""File indexes beside kits in registries: attached at a push or later, found, and of no use when they lie."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop import errors
from kitops_desktop.jobs.file_indexes import find_index
from kitops_desktop.jobs.index_job import IndexWork, index_kit
from kitops_desktop.jobs.kinds import restore
from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.jobs.pack_push_job import PackPushWork, pack_and_push
from kitops_desktop.jobs.parents import Place, find_kit
from kitops_desktop.jobs.push_job import PushWork, push_kit
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.index_artifact import INDEX_ARTIFACT, LAYER_ANNOTATION, AttachedIndex
from kitops_desktop.progress import CancelToken
from kitops_desktop.workspace import Workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.keeping_registry import KeepingRegistry
from support.referrers import ReferringRegistry, attach, list_under_tag
from support.registry_server import RegistryServer
from support.repositories import MIB, Server, noise


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def kit_there(workspace: Workspace, reference: str) -> ModelKit:
    return find_kit(workspace.tools, parse_reference(reference), Place.REMOTE).kit


def index_there(workspace: Workspace, reference: str) -> AttachedIndex | None:
    repository = repository_of(workspace.tools, parse_reference(reference), CancelToken())
    return find_index(workspace.tools, repository, kit_there(workspace, reference))


def seen_by_a_colleague(tmp_path: Path, server: Server, reference: str) -> AttachedIndex | None:
    with computer(tmp_path / "colleague", server.host) as colleague:
        return index_there(colleague, reference)


def test_attached_by_a_push_to_registries_of_all_kinds(tmp_path: Path, project: Path) -> None:
    servers: tuple[Server, ...] = (
        RegistryServer(tmp_path / "registry"),
        KeepingRegistry(tmp_path / "keeping"),
        ReferringRegistry(),
    )
    for number, server in enumerate(servers):
        with server, computer(tmp_path / f"mine{number}", server.host) as mine:  # type: ignore[attr-defined]
            packed = pack_folder(PackWork(project, "churn:v1"), mine.tools).packed.manifest
            reference = f"{server.host}/team/churn:v1"
            pushed = push_kit(PushWork("churn:v1", reference, index=True), mine.tools)
            assert pushed.attached is not None
            assert pushed.attached.problem == ""
            assert pushed.manifest.digest == packed.digest
            repository = repository_of(mine.tools, parse_reference(reference), CancelToken())
            assert repository.resolve("v1").digest == packed.digest
            names = {str(one.descriptor.digest) for one in repository.referrers(packed)}
            assert names == {pushed.attached.digest}
            assert index_there(mine, reference) is None  # all layers are here: nothing needs to be believed
            mine.store.remove_all(force=True)
            found = seen_by_a_colleague(tmp_path / str(number), server, reference)
            assert found is not None
            assert found.digest == pushed.attached.digest
            assert found.index.files == pushed.attached.files == 3


@pytest.mark.parametrize("keep", [True, False], ids=["kept", "streamed"])
def test_attached_when_a_folder_is_packed_and_pushed(
    keep: bool, tmp_path: Path, project: Path, registry: RegistryServer
) -> None:
    reference = f"{registry.host}/packed/{'kept' if keep else 'streamed'}:v1,latest"
    with computer(tmp_path / "mine", registry.host) as mine:
        plain = pack_folder(PackWork(project, "plain:v1"), mine.tools).packed.manifest.digest
        work = PackPushWork(PackWork(project, reference), keep=keep, index=True)
        assert restore(work.kind, json.loads(json.dumps(work.parameters()))) == work
        done = pack_and_push(work, mine.tools)
        assert {push.manifest.digest for push in done.pushes} == {plain}
        assert done.result().details["index"]
    found = seen_by_a_colleague(tmp_path, registry, reference.partition(",")[0])
    assert found is not None
    assert found.digest == done.result().details["index"]


def test_attached_later_to_a_kit_that_was_packed_with_compression(
    tmp_path: Path, project: Path, registry: RegistryServer
) -> None:
    reference = f"{registry.host}/later/churn:v1"
    with computer(tmp_path / "mine", registry.host) as mine:
        pack_folder(PackWork(project, "churn:v1", compression=Compression.ZSTD), mine.tools)
        digest = push_kit(PushWork("churn:v1", reference), mine.tools).manifest.digest
    with computer(tmp_path / "other", registry.host) as other:
        work = IndexWork(reference)
        assert restore(work.kind, work.parameters()) == work
        first = index_kit(work, other.tools)
        assert index_kit(work, other.tools) == first  # nothing piles up
        assert first.kit == digest
        found = index_there(other, reference)
        assert found is not None
        assert found.others == 0
        assert kit_there(other, reference).descriptor.digest == digest
        tags = repository_of(other.tools, parse_reference(reference), CancelToken()).tags()
        assert [tag for tag in tags if not tag.startswith("sha256-")] == ["v1"]
        before = len(registry.exchanges)
        assert index_there(other, reference) == found
        asked = registry.exchanges[before:]
        assert not [one for one in asked if one.method == "GET" and "/blobs/" in one.path]


def test_an_index_of_no_use_is_passed_over(tmp_path: Path, project: Path, registry: RegistryServer) -> None:
    reference = f"{registry.host}/lies/churn:v1"
    with computer(tmp_path / "mine", registry.host) as mine:
        pack_folder(PackWork(project, "churn:v1"), mine.tools)
        push_kit(PushWork("churn:v1", reference), mine.tools)
        kit = kit_there(mine, reference)
    lies = [
        attach(registry, "lies/churn", kit.descriptor, INDEX_ARTIFACT, content)
        for content in (b"{}", b"no JSON", b'{"version":1,"layers":[]}')
    ]
    list_under_tag(registry, "lies/churn", kit.descriptor, lies)
    assert seen_by_a_colleague(tmp_path, registry, reference) is None


def test_a_push_succeeds_when_the_index_cannot_be_attached(tmp_path: Path, project: Path) -> None:
    with ReferringRegistry() as server, computer(tmp_path / "mine", server.host) as mine:
        pack_folder(PackWork(project, "churn:v1"), mine.tools)
        body = b'{"errors":[{"code":"MANIFEST_INVALID","message":"no subjects here"}]}'
        # the kit and its tag are the first two manifests, the index is the third
        server.rules.append(Rule("PUT", r"/manifests/", skip=2, times=None, status=400, body=body))
        job = mine.jobs.submit(PushWork("churn:v1", f"{server.host}/team/churn:v1", index=True))
        assert job.wait(60)
        assert job.result is not None
        assert job.result.summary.endswith(", but no file index")
        assert "No subjects here" in job.result.details["index_problem"]
        assert kit_there(mine, f"{server.host}/team/churn:v1").layers


class Asked:
    """The requests of a registry since ``start``: method, what of the repository they were for, status."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.start()

    def start(self) -> None:
        self._before = len(self.server.exchanges)

    def all(self) -> list[str]:
        """In their order, as "GET blobs 200"; the question whether it is a registry is left out."""
        asked = (one for one in self.server.exchanges[self._before :] if one.path != "/v2/")
        return [f"{one.method} {one.path.split('/')[-2]} {one.status}" for one in asked]


def pushed_with_index(tmp_path: Path, project: Path, server: Server) -> str:
    """A kit that only the registry has."""
    reference = f"{server.host}/team/churn:v1"
    with computer(tmp_path / "mine", server.host) as mine:
        pack_folder(PackWork(project, "churn:v1", compression=Compression.GZIP), mine.tools)
        pushed = push_kit(PushWork("churn:v1", reference, index=True), mine.tools)
    assert pushed.attached is not None
    assert pushed.attached.digest is not None
    return reference


class TestRequests:
    """What is asked for an index beyond the list of what refers to the kit."""

    def asked(self, tmp_path: Path, server: Server, reference: str) -> tuple[AttachedIndex | None, list[str]]:
        """What somebody finds who sees the kit for the first time, and the requests for it."""
        with computer(tmp_path / "colleague", server.host) as colleague:
            kit = kit_there(colleague, reference)
            repository = repository_of(colleague.tools, parse_reference(reference), CancelToken())
            asked = Asked(server)
            return find_index(colleague.tools, repository, kit), asked.all()

    def test_a_registry_that_lists_referrers(self, tmp_path: Path, project: Path) -> None:
        with ReferringRegistry() as server:
            reference = pushed_with_index(tmp_path, project, server)
            found, asked = self.asked(tmp_path, server, reference)
            assert asked == ["GET referrers 200", "GET blobs 200"]
            assert found is not None
            assert found.index.files == 3
            assert found.claim == "made by KitOps Desktop as it says"

    def test_a_registry_where_they_are_listed_under_a_tag(self, tmp_path: Path, project: Path) -> None:
        with RegistryServer(tmp_path / "registry") as server:
            reference = pushed_with_index(tmp_path, project, server)
            found, asked = self.asked(tmp_path, server, reference)
            assert asked == ["GET referrers 404", "GET manifests 200", "GET blobs 200"]
            assert found is not None
            assert found.index.files == 3

    def test_nothing_more_when_what_refers_to_it_is_known(self, tmp_path: Path, project: Path) -> None:
        with ReferringRegistry() as server, computer(tmp_path / "other", server.host) as other:
            reference = pushed_with_index(tmp_path, project, server)
            kit = kit_there(other, reference)
            repository = repository_of(other.tools, parse_reference(reference), CancelToken())
            listed = repository.referrers(kit.descriptor)
            asked = Asked(server)
            assert find_index(other.tools, repository, kit, listed=lambda: listed) is not None
            assert asked.all() == ["GET blobs 200"]
            asked.start()
            assert find_index(other.tools, repository, kit, listed=lambda: listed) is not None
            assert asked.all() == []

    def test_lists_without_annotations(self, tmp_path: Path, project: Path) -> None:
        with ReferringRegistry() as server:
            server.lists_annotations = False
            found, asked = self.asked(tmp_path, server, pushed_with_index(tmp_path, project, server))
            assert found is not None
            assert asked == ["GET referrers 200", "GET manifests 200", "GET blobs 200"]

    @pytest.mark.parametrize(
        "damage", ["nonsense", "an escape", "a list", "too long", "half", "gone", "other"]
    )
    def test_annotations_in_a_list_that_are_damaged(
        self, damage: str, tmp_path: Path, project: Path, registry: RegistryServer
    ) -> None:
        """The manifest is read, and has the last word: whoever wrote the list may have meant harm."""
        changes: dict[str, Callable[[dict[str, str]], object]] = {
            "nonsense": lambda one: one.update({LAYER_ANNOTATION: "sha256:"}),
            "an escape": lambda one: one.update({LAYER_ANNOTATION: '"\ud800"'}),
            "a list": lambda one: one.update({LAYER_ANNOTATION: "[" * 1000}),
            "too long": lambda one: one.update({LAYER_ANNOTATION: one[LAYER_ANNOTATION] + " " * 1024}),
            "half": lambda one: one.update(
                {LAYER_ANNOTATION: one[LAYER_ANNOTATION].replace("sha256:", "sha512:")}
            ),
            "gone": lambda one: one.pop(LAYER_ANNOTATION),
            "other": lambda one: one.update({"org.opencontainers.image.vendor": "Somebody else"}),
        }
        path = f"team/{damage.replace(' ', '-')}"
        reference = f"{registry.host}/{path}:v1"
        with computer(tmp_path / "mine", registry.host) as mine:
            pack_folder(PackWork(project, "churn:v1"), mine.tools)
            pushed = push_kit(PushWork("churn:v1", reference, index=True), mine.tools)
        list_changed(registry, reference, changes[damage])
        found, asked = self.asked(tmp_path, registry, reference)
        assert asked == ["GET referrers 404", "GET manifests 200", "GET manifests 200", "GET blobs 200"]
        assert found is not None
        assert pushed.attached is not None
        assert found.digest == pushed.attached.digest
        assert found.maker == "KitOps Desktop"

    def test_a_list_that_names_another_blob_is_not_believed(
        self, tmp_path: Path, project: Path, registry: RegistryServer
    ) -> None:
        """That blob says of this kit what is not so; the manifest, which may be signed, does not name it."""
        path = "team/other-blob"
        reference = f"{registry.host}/{path}:v1"
        with computer(tmp_path / "mine", registry.host) as mine:
            pack_folder(PackWork(project, "churn:v1"), mine.tools)
            kit = push_kit(PushWork("churn:v1", reference, index=True), mine.tools).manifest
        lie = json.dumps({"version": 1, "subject": kit.digest, "layers": []}).encode()
        attach(registry, path, kit, "text/plain", lie)
        named = json.dumps({"mediaType": INDEX_ARTIFACT, "digest": digest_of(lie), "size": len(lie)})
        list_changed(registry, reference, lambda one: one.update({LAYER_ANNOTATION: named}))
        found, _ = self.asked(tmp_path, registry, reference)
        assert found is not None
        assert found.index.files == 3


def list_changed(server: RegistryServer, reference: str, change: Callable[[dict[str, str]], object]) -> None:
    """Change the annotations of the only entry in the list that is kept under a tag."""
    with computer(server.folder / "changing", server.host) as other:
        repository = repository_of(other.tools, parse_reference(reference), CancelToken())
        kit = kit_there(other, reference)
        (listed,) = repository.referrers(kit.descriptor)
        stated = dict(listed.descriptor.annotations)
        assert LAYER_ANNOTATION in stated
        change(stated)
        entry: dict[str, Any] = listed.descriptor.to_json() | {"annotations": stated}
        list_under_tag(server, repository.path, kit.descriptor, [Descriptor.from_json(entry)])


def test_only_registries_have_referrers(tmp_path: Path) -> None:
    with computer(tmp_path / "mine") as mine, pytest.raises(errors.InvalidArgument):
        index_kit(IndexWork("churn:v1"), mine.tools)


def test_files_by_range_are_held_against_the_index(tmp_path: Path, registry: RegistryServer) -> None:
    folder = tmp_path / "large"
    (folder / "data").mkdir(parents=True)
    (folder / "Kitfile").write_text("manifestVersion: 1.0.0\ndatasets:\n  - name: d\n    path: data\n")
    for number in range(4):
        (folder / "data" / f"{number}.bin").write_bytes(noise(3 * MIB, number))
    reference = f"{registry.host}/large/churn:v1"
    with computer(tmp_path / "mine", registry.host) as mine:
        pack_folder(PackWork(folder, "large:v1"), mine.tools)
        push_kit(PushWork("large:v1", reference, index=True), mine.tools)
    with computer(tmp_path / "other", registry.host) as other:
        good = UnpackWork(reference, tmp_path / "good", globs=("data/2.bin",), source="remote")
        job = other.jobs.submit(good)
        assert job.wait(60)
        assert job.result is not None
        assert (tmp_path / "good" / "data" / "2.bin").read_bytes() == noise(3 * MIB, 2)
        assert "; 1 matches the index of sha256:" in job.result.summary
        assert job.result.details["paths_not_as_indexed"] == []

        found = index_there(other, reference)
        assert found is not None
        ((layer, entries),) = found.index.layers.items()
        with registry.blob_path(layer).open("r+b") as blob:
            blob.seek(entries[-1].entry.offset)
            blob.write(b"changed")
        job = other.jobs.submit(
            UnpackWork(reference, tmp_path / "bad", globs=("data/3.bin",), source="remote")
        )
        assert job.wait(60)
        assert job.result is not None
        assert "1 does not match the index of sha256:" in job.result.summary
        assert job.result.details["paths_not_as_indexed"] == ["data/3.bin"]
