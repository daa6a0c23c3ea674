"""The Kitfile that is proposed, and for each of its values the evidence and what else it could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kitops_desktop.classification.arrangement import Entry
from kitops_desktop.classification.classification import Alternative, Guess, Section
from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.git_authors import git_authors
from kitops_desktop.classification.inventory import Inventory
from kitops_desktop.classification.known_files import LICENCE, README, ending_of
from kitops_desktop.classification.licences import FoundLicence, find_licences
from kitops_desktop.classification.model_card import read_card
from kitops_desktop.classification.model_facts import (
    Said,
    base_model,
    count_words,
    model_format,
    model_framework,
    parameters_of,
)
from kitops_desktop.classification.model_place import ChosenModel
from kitops_desktop.classification.origin import package_of
from kitops_desktop.classification.roles import Judged, Role
from kitops_desktop.classification.sections import Placed
from kitops_desktop.classification.weights import Candidate
from kitops_desktop.formats import adapter_config
from kitops_desktop.kitfile.kitfile import (
    MANIFEST_VERSION,
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    McpServer,
    Model,
    ModelPart,
    Package,
    Parameters,
    Prompt,
)

_MOST_ALTERNATIVES = 8
_LIKELY = {
    Section.MODEL: (Section.PART, Section.DATASET, Section.CODE, Section.IGNORED),
    Section.PART: (Section.DATASET, Section.CODE, Section.DOCS, Section.IGNORED),
    Section.DATASET: (Section.PART, Section.CODE, Section.DOCS, Section.IGNORED),
    Section.CODE: (Section.DATASET, Section.DOCS, Section.PROMPT, Section.PART, Section.IGNORED),
    Section.DOCS: (Section.CODE, Section.DATASET, Section.PROMPT, Section.IGNORED),
    Section.MCP_SERVER: (Section.CODE, Section.DATASET, Section.IGNORED),
    Section.PROMPT: (Section.DOCS, Section.CODE, Section.DATASET, Section.IGNORED),
}


@dataclass(slots=True)
class Made:
    kitfile: Kitfile
    guesses: tuple[Guess, ...]
    kinds: dict[str, Section] = field(default_factory=dict)


class Proposal:
    """Puts together what was found; reads only licences and git's own files."""

    def __init__(
        self,
        folder: Path,
        inventory: Inventory,
        looks: dict[str, FileLook],
        roles: Mapping[str, Judged],
        placed: Placed,
        chosen: ChosenModel | None,
        entries: list[Entry],
        author: str,
        repository: str = "",
    ) -> None:
        self._folder, self._inventory, self._roles, self._placed = folder, inventory, roles, placed
        self._chosen, self._entries, self._author = chosen, entries, author
        self._origin = package_of(repository)
        self._name = printable(self._origin.name or folder.name)
        self._why_name = (
            f"The files were downloaded from {printable(repository)}."
            if repository
            else "It is the name of the folder."
        )
        self._card = read_card(inventory.top, looks)
        self._licences = find_licences(folder, inventory.top, self._card)
        self._guesses: list[Guess] = []

    def make(self) -> Made:
        package = self._package()
        model = self._model() if self._chosen is not None else None
        kitfile = Kitfile(
            MANIFEST_VERSION,
            package,
            model,
            tuple(self._code(index, entry) for index, entry in self._of(Section.CODE)),
            tuple(self._dataset(index, entry) for index, entry in self._of(Section.DATASET)),
            tuple(self._doc(index, entry) for index, entry in self._of(Section.DOCS)),
            tuple(self._prompt(index, entry) for index, entry in self._of(Section.PROMPT)),
            self._mcp_servers(),
        )
        kinds = {entry.path: entry.section for entry in self._entries}
        for proposal in self._inventory.proposals():
            kinds.update(dict.fromkeys(proposal.examples, Section.IGNORED))
        return Made(kitfile, tuple(self._guesses), kinds)

    def _of(self, section: Section) -> list[tuple[int, Entry]]:
        return list(enumerate(entry for entry in self._entries if entry.section is section))

    def _guess(self, field: str, said: Said) -> str:
        if said.value:
            others = tuple(Alternative(value) for value in said.others)
            self._guesses.append(Guess(field, said.value, said.why, others))
        return said.value

    def _package(self) -> Package:
        name = self._guess("package.name", Said(self._name, self._why_name))
        licence = self._licence("package.license", self._licences.package)
        return Package(name=name, license=licence, authors=self._authors())

    def _authors(self) -> tuple[str, ...]:
        if self._origin.authors:  # it is theirs, whoever has downloaded it
            self._guess("package.authors", Said(", ".join(self._origin.authors), self._why_name))
            return self._origin.authors
        found = git_authors(self._folder)
        given = (self._author,) if self._author else ()
        if found is None:
            return given
        self._guess("package.authors", Said(", ".join(found.names), found.why))
        return tuple(dict.fromkeys((*given, *found.names)))

    def _licence(self, field: str, found: FoundLicence | None) -> str:
        return self._guess(field, Said(found.licence, found.why, found.others)) if found is not None else ""

    # -- the model

    def _model(self) -> Model:
        assert self._chosen is not None
        model = self._chosen.model
        beside = self._beside(model)
        is_adapter = any(one.format == adapter_config.FORMAT for one in beside.values())
        path = self._model_path(model)
        name = self._model_name(model)
        framework = self._guess(
            "model.framework", model_framework(self._folder, model, beside, self._card, is_adapter)
        )
        format = self._guess("model.format", model_format(model))
        return Model(
            name=name,
            path=path,
            license=self._licence("model.license", self._licences.model),
            framework=framework,
            format=format,
            description=self._model_description(beside, is_adapter),
            parts=self._parts(),
            parameters=self._parameters(model, beside),
        )

    def _beside(self, model: Candidate) -> dict[str, Judged]:
        """The files of the model's folder by name, and of the pipeline above it as ``../name``."""
        found = {}
        for folder in self._inventory.folders:
            if folder.path == model.folder or folder.path == model.path:
                found.update({file.name: self._roles[file.path] for file in folder.files})
            elif model.folder and folder.path == model.folder.rpartition("/")[0]:
                found.update({f"../{file.name}": self._roles[file.path] for file in folder.files})
        return found

    def _model_path(self, model: Candidate) -> str:
        assert self._chosen is not None
        others = tuple(Alternative(one.path) for one in self._chosen.others[:_MOST_ALTERNATIVES])
        why = self._chosen.why
        if model.whole_folder:
            why = f"The folder holds nothing but a model and what belongs to it. {why}"
        sections = tuple(Alternative(section=section) for section in _LIKELY[Section.MODEL])
        self._guesses.append(
            Guess("model.path", model.path, f"{why} {self._evidence(model)}".strip(), others + sections)
        )
        return model.path

    def _evidence(self, model: Candidate) -> str:
        count, precision, tensors = parameters_of(model)
        if count is None:
            return ""
        mostly = f", mostly {precision}" if precision else ""
        files = (
            "Its header lists"
            if len(model.files) == 1
            else f"The headers of its {len(model.files)} files list"
        )
        return f"{files} {tensors:,} tensors, {count_words(count)} parameters{mostly}."

    def _model_name(self, model: Candidate) -> str:
        stem = printable(PurePosixPath(model.path).stem)
        return self._guess("model.name", Said(self._name or stem, self._why_name, (stem,)))

    def _model_description(self, beside: Mapping[str, Judged], is_adapter: bool) -> str:
        base = base_model(beside.values(), self._card)
        if not is_adapter or not base:
            return ""
        why = "adapter_config.json names the model that it changes."
        return self._guess("model.description", Said(f"Adapter for {base}", why))

    def _parameters(self, model: Candidate, beside: Mapping[str, Judged]) -> Parameters | None:
        count, precision, _ = parameters_of(model)
        said: dict[str, object] = {}
        base = base_model(beside.values(), self._card)
        if base:
            said["base_model"] = base
        if count is not None:
            said["parameter_count"] = count
            if precision:
                said["precision"] = precision
        if self._card is not None and self._card.task:
            said["task"] = self._card.task
        if not said:
            return None
        shown = ", ".join(f"{key} {value}" for key, value in said.items())
        self._guess(
            "model.parameters", Said(shown, "Read from the headers of the weights and the model card.")
        )
        return Parameters(said)

    def _parts(self) -> tuple[ModelPart, ...]:
        parts = []
        for index, entry in self._of(Section.PART):
            self._entry_guess(f"model.parts[{index}].path", entry)
            kind = self._part_type(entry)
            self._guess(f"model.parts[{index}].type", kind)
            parts.append(ModelPart(name=stem_of(entry.path), path=entry.path, type=kind.value))
        return tuple(parts)

    def _part_type(self, entry: Entry) -> Said:
        judged = [self._roles[path] for path in entry.files]
        others = ("weights", "tokenizer", "config", "adapter")
        if self._is_adapter(entry, judged):
            return Said("adapter", "adapter_config.json lies with it.", others[:3])
        if any(one.role is Role.WEIGHTS for one in judged):
            return Said("weights", "It holds weights.", others[1:])
        if judged and sum(one.part_type == "tokenizer" for one in judged) * 2 > len(judged):
            return Said("tokenizer", "Tokenizers keep files of this name.", ("config", "weights"))
        return Said("config", "It describes the model.", ("tokenizer", "weights"))

    def _is_adapter(self, entry: Entry, judged: list[Judged]) -> bool:
        assert self._chosen is not None
        if not entry.is_folder:
            name = entry.path.rpartition("/")[2]
            is_main = entry.path.rpartition("/")[0] == self._chosen.model.folder
            return name.startswith("adapter_model") and not is_main
        return any(one.file.name == "adapter_config.json" for one in judged)

    # -- the other sections

    def _code(self, index: int, entry: Entry) -> CodeEntry:
        self._entry_guess(f"code[{index}].path", entry)
        return CodeEntry(entry.path, license=self._licence(f"code[{index}].license", self._licences.code))

    def _dataset(self, index: int, entry: Entry) -> Dataset:
        self._entry_guess(f"datasets[{index}].path", entry)
        licence = self._licence(f"datasets[{index}].license", self._licences.data)
        name = stem_of(entry.path) or self._name
        return Dataset(name=name, path=entry.path, license=licence)

    def _doc(self, index: int, entry: Entry) -> DocsEntry:
        self._entry_guess(f"docs[{index}].path", entry)
        name = entry.path.rpartition("/")[2]
        described = (
            "Readme file" if README.fullmatch(name) else "License file" if LICENCE.fullmatch(name) else ""
        )
        return DocsEntry(entry.path, described)

    def _prompt(self, index: int, entry: Entry) -> Prompt:
        self._entry_guess(f"prompts[{index}].path", entry)
        return Prompt(name=stem_of(entry.path), path=entry.path)

    def _mcp_servers(self) -> tuple[McpServer, ...]:
        """Each has a name of its own: the path where that of the file is taken."""
        made: dict[str, McpServer] = {}
        for index, entry in self._of(Section.MCP_SERVER):
            self._entry_guess(f"mcpServers[{index}].path", entry)
            name = stem_of(entry.path)
            name = entry.path if name in made else name
            made[name] = McpServer(name=name, path=entry.path)
        return tuple(made.values())

    def _entry_guess(self, field: str, entry: Entry) -> None:
        others = tuple(Alternative(section=section) for section in _LIKELY[entry.section])
        self._guesses.append(Guess(field, entry.path, self._why(entry), others))

    def _why(self, entry: Entry) -> str:
        if not entry.is_folder:
            return self._placed.why[entry.path]
        if entry.path == ".":
            return "One entry takes what no other entry claims, since there are many single ones."
        endings = Counter(ending_of(path.rpartition("/")[2]) or "without ending" for path in entry.files)
        shown = ", ".join(f"{count} {ending}" for ending, count in endings.most_common(3))
        rest = "What is something else in it has entries of its own." if entry.holds_rest else ""
        counted = f"{entry.count:,} files" if entry.count != 1 else "1 file"
        return f"It holds {counted} that belong there: {shown}. {rest}".strip()


def printable(name: str) -> str:
    """A name that can stand in a Kitfile: bytes that are no text become marks."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def stem_of(path: str) -> str:
    """The name of a file without its ending, or of a folder."""
    name = path.rpartition("/")[2] if path != "." else ""
    return printable(name.split(".")[0] or name.strip("."))
