"""``remove --undo``: what was removed from a registry is there again."""

from __future__ import annotations

from pathlib import Path

from support.kit_commands import run_command
from support.registry_server import RegistryServer, push_golden

PLAIN = "--plain-http"


def test_what_was_removed_from_a_registry_is_put_back(tmp_path: Path, golden: Path) -> None:
    with RegistryServer(tmp_path / "registry") as registry:
        digest = push_golden(registry, golden / "01-all-sections", "team/churn", ("v1", "v2"))
        name = f"{registry.host}/team/churn"
        removed = run_command("remove", f"{name}:v1", "--remote", "--force", PLAIN)
        assert removed.code == 0, removed.err
        assert removed.out == f"Deleted remote ModelKit {name}@{digest}\n"
        assert "Its tags went with it: v1, v2" in removed.err
        assert f"`kitops-desktop remove --undo {name}:v1` puts it back" in removed.err
        assert run_command("inspect", f"{name}:v2", "--remote", PLAIN).code == 1
        undone = run_command("remove", "--undo", f"{name}:v1", PLAIN)
        assert undone.code == 0, undone.err
        assert undone.out.splitlines() == [
            f"Put back {name}@{digest}",
            f"Tagged remote ModelKit {name}:v1",
            f"Tagged remote ModelKit {name}:v2",
        ]
        assert digest in run_command("inspect", f"{name}:v1", "--remote", PLAIN).out
        again = run_command("remove", "--undo", f"{name}:v1", PLAIN)
        assert again.code == 1
        assert "othing is kept that was removed as" in again.err
        assert run_command("remove", "--undo", PLAIN).code == 1
