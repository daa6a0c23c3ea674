"""``adapter_config.json``: what an adapter (LoRA and the like) changes, and of which model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kitops_desktop.formats.json_text import text, whole
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "PEFT adapter configuration"


@dataclass(frozen=True, slots=True)
class AdapterConfig:
    """``rank`` is None for adapters that have none."""

    type: str
    base_model: str
    task: str
    rank: int | None
    alpha: int | None
    targets: tuple[str, ...]

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.PART,
            FORMAT,
            "PEFT",
            facts(
                ("adapter", self.type),
                ("base model", self.base_model),
                ("task", self.task),
                ("rank", self.rank),
                ("alpha", self.alpha),
                ("changes", self.targets),
            ),
        )


def is_adapter_config(document: Mapping[str, object]) -> bool:
    return isinstance(document.get("peft_type"), str)


def read_adapter_config(document: Mapping[str, object]) -> AdapterConfig:
    targets = document.get("target_modules")
    named = targets if isinstance(targets, list) else [targets]
    return AdapterConfig(
        text(document.get("peft_type")),
        text(document.get("base_model_name_or_path")),
        text(document.get("task_type")),
        whole(document.get("r")),
        whole(document.get("lora_alpha")),
        tuple(name for name in named[:50] if isinstance(name, str)),
    )
