"""A credential helper for tests: a real program that speaks the protocol of ``docker-credential-*``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = """\
#!{python} -ES
import json, sys
from pathlib import Path

store = Path({store!r})
kept = json.loads(store.read_text()) if store.exists() else {{"entries": {{}}, "calls": []}}
action, given = sys.argv[1], sys.stdin.read()
kept["calls"].append([*sys.argv[1:], len(sys.argv)])
answer, code = "", 0
if action == "store":
    entry = json.loads(given)
    kept["entries"][entry["ServerURL"]] = entry
elif given not in kept["entries"]:
    answer, code = "credentials not found in native keychain\\n", 1
elif action == "get":
    answer = json.dumps(kept["entries"][given])
else:
    del kept["entries"][given]
store.write_text(json.dumps(kept))
print(answer, end="")
sys.exit(code)
"""


class HelperProgram:
    """``docker-credential-{name}`` in a folder of PATH; what it keeps is in its ``helper-store.json``."""

    def __init__(self, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir(exist_ok=True)
        self.path = folder / f"docker-credential-{name}"
        self._store = folder / "helper-store.json"
        self.write(_PROGRAM.format(python=sys.executable, store=str(self._store)))
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def write(self, program: str) -> None:
        """Make it another program."""
        self.path.write_text(program)
        self.path.chmod(0o755)

    @property
    def entries(self) -> dict[str, dict[str, str]]:
        """What it keeps, as it was told, by server."""
        entries: dict[str, dict[str, str]] = self._kept()["entries"]
        return entries

    @property
    def actions(self) -> list[str]:
        """What it was asked to do, in order."""
        return [call[0] for call in self._kept()["calls"]]

    def put(self, server: str, user: str, secret: str) -> None:
        kept = self._kept()
        kept["entries"][server] = {"ServerURL": server, "Username": user, "Secret": secret}
        self._store.write_text(json.dumps(kept))

    def _kept(self) -> dict[str, Any]:
        empty: dict[str, Any] = {"entries": {}, "calls": []}
        return json.loads(self._store.read_text()) if self._store.exists() else empty
