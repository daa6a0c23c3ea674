"""How previews were left: on view or not, how wide, and the memory that models are to fit."""

from __future__ import annotations

import logging

from kitops_desktop.errors import SettingsError
from kitops_desktop.settings import Settings
from kitops_desktop.workspace import Workspace

log = logging.getLogger(__name__)


class PreviewLook:
    """Kept in the settings of ``workspace``; without one for as long as this lives."""

    def __init__(self, workspace: Workspace | None = None) -> None:
        self._workspace = workspace
        self._shown = Settings()

    @property
    def settings(self) -> Settings:
        """Of these ``preview_shown``, ``preview_share`` and ``model_memory`` count."""
        return self._shown if self._workspace is None else self._workspace.settings

    def remember(
        self, *, shown: bool | None = None, share: int | None = None, memory: int | None = None
    ) -> None:
        """Keep what is given."""
        now = self.settings
        changes = {
            "preview_shown": now.preview_shown if shown is None else shown,
            "preview_share": now.preview_share if share is None else min(max(share, 20), 80),
            "model_memory": now.model_memory if memory is None else memory,
        }
        if all(getattr(now, name) == value for name, value in changes.items()):
            return
        if self._workspace is None:
            self._shown = Settings(**changes)  # type: ignore[arg-type]
            return
        try:
            self._workspace.change_settings(**changes)
        except SettingsError as error:  # it holds for this run
            log.warning("how previews were left could not be kept: %s", error)
