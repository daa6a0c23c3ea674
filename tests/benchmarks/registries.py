"""The real registries that tests have, for benchmarks too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.registry_server import RegistryServer

__all__ = ["RegistryServer"]
