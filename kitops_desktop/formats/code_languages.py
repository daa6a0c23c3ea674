"""Languages of source files, with the little of each that colours need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Language:
    """``line_comments`` begin one that ends with the line, ``block_comments`` are pairs of begin and end;
    ``quotes`` are those of strings, three-letter ones may span lines. ``has_keys``: a word or string before a
    colon or ``=`` is a name. ``markup`` is for languages of tags, or of headings and fences.
    """

    name: str
    keywords: frozenset[str] = frozenset()
    line_comments: tuple[str, ...] = ()
    block_comments: tuple[tuple[str, str], ...] = ()
    quotes: tuple[str, ...] = ('"', "'")
    has_keys: bool = False
    ignores_case: bool = False
    markup: str = ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_C_BLOCK = (("/*", "*/"),)
_C = """
auto bool break case char class const constexpr continue default delete do double else enum explicit
extern false float for friend goto if inline int long namespace new noexcept nullptr operator private
protected public return short signed sizeof static struct switch template this throw true try typedef
typename union unsigned using virtual void volatile while __global__ __device__ __shared__
"""
_JAVA = """
abstract boolean break byte case catch char class const continue data def default do double else enum
extends false final finally float for fun if implements import in instanceof int interface internal is
lateinit let long match namespace native new null object open override package private protected public
readonly return sealed short static string struct super switch synchronized this throw throws trait true
try typealias using val var virtual void volatile when while with yield
"""
_JAVASCRIPT = """
abstract as async await break case catch class const continue debugger default delete do else enum export
extends false finally for from function if implements import in instanceof interface let new null of
private protected public readonly return static super switch this throw true try type typeof undefined var
void while with yield
"""
_PYTHON = """
False None True and as assert async await break case class continue def del elif else except finally for
from global if import in is lambda match nonlocal not or pass raise return self try while with yield
"""
_SHELL = """
case do done elif else esac exit export fi for function if in local return select set then until while
"""
_SQL = """
add all alter and as asc between by case create database default delete desc distinct drop else end exists
foreign from full group having if in index inner insert into is join key left like limit not null on or
order outer primary references right select set table then union unique update using values view when
where with
"""
_GO = """
break case chan const continue default defer else fallthrough false for func go goto if import interface
map nil package range return select struct switch true type var
"""
_RUST = """
as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod
move mut pub ref return self Self static struct super trait true type unsafe use where while
"""
_R = """
FALSE NA NULL TRUE break else for function if in library next repeat return while
"""
_JULIA = """
abstract begin break catch const continue do else elseif end export false finally for function global if
import in let local macro module mutable nothing quote return struct true try using where while
"""
_LUA = """
and break do else elseif end false for function if in local nil not or repeat return then true until while
"""
_DOCKER = """
ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME
WORKDIR
"""
_CONSTANTS = _words("true false null yes no on off True False None")

_PYTHON_LANGUAGE = Language("Python", _words(_PYTHON), ("#",), (), ('"""', "'''", '"', "'"))
_YAML = Language("YAML", _CONSTANTS, ("#",), has_keys=True)
_LANGUAGES: tuple[tuple[str, Language], ...] = (
    (".py .pyi .pyw", _PYTHON_LANGUAGE),
    (".yaml .yml", _YAML),
    (".json .jsonc .ipynb .geojson", Language("JSON", _CONSTANTS, ("//",), _C_BLOCK, ('"',), has_keys=True)),
    (".jsonl .ndjson", Language("JSON Lines", _CONSTANTS, (), (), ('"',), has_keys=True)),
    (".toml", Language("TOML", _CONSTANTS, ("#",), (), ('"""', "'''", '"', "'"), has_keys=True)),
    (
        ".ini .cfg .conf .properties .env .editorconfig",
        Language("INI", _CONSTANTS, ("#", ";"), has_keys=True),
    ),
    (".sh .bash .zsh .ksh .fish", Language("Shell", _words(_SHELL), ("#",))),
    (".c .h .cc .cpp .cxx .hpp .cu .cuh .metal .glsl", Language("C / C++", _words(_C), ("//",), _C_BLOCK)),
    (
        ".java .kt .kts .scala .cs .swift .dart .groovy",
        Language("Java and its like", _words(_JAVA), ("//",), _C_BLOCK),
    ),
    (
        ".js .mjs .cjs .jsx .ts .tsx",
        Language("JavaScript", _words(_JAVASCRIPT), ("//",), _C_BLOCK, ('"', "'", "`")),
    ),
    (".go", Language("Go", _words(_GO), ("//",), _C_BLOCK, ('"', "'", "`"))),
    (".rs", Language("Rust", _words(_RUST), ("//",), _C_BLOCK, ('"',))),
    (".sql", Language("SQL", _words(_SQL), ("--",), _C_BLOCK, ignores_case=True)),
    (".r", Language("R", _words(_R), ("#",))),
    (".jl", Language("Julia", _words(_JULIA), ("#",), (("#=", "=#"),), ('"""', '"'))),
    (".lua", Language("Lua", _words(_LUA), ("--",))),
    (".css .scss .less", Language("CSS", frozenset(), (), _C_BLOCK, has_keys=True)),
    (
        ".xml .html .htm .svg .xhtml",
        Language("XML / HTML", block_comments=(("<!--", "-->"),), quotes=('"',), markup="tags"),
    ),
    (".md .markdown .rmd .qmd", Language("Markdown", quotes=(), markup="headings")),
    (".proto", Language("Protocol buffers", _words("message enum service rpc"), ("//",), _C_BLOCK)),
    (".tf .hcl", Language("HCL", _CONSTANTS, ("#", "//"), _C_BLOCK, ('"',), has_keys=True)),
    (".mk .cmake", Language("Make", _words("ifeq ifneq else endif include define endef"), ("#",))),
)
_BY_SUFFIX = {suffix: language for suffixes, language in _LANGUAGES for suffix in suffixes.split()}
_BY_NAME = {
    "kitfile": _YAML,
    "dockerfile": Language("Dockerfile", _words(_DOCKER), ("#",)),
    "containerfile": Language("Dockerfile", _words(_DOCKER), ("#",)),
    "makefile": _BY_SUFFIX[".mk"],
    "requirements.txt": Language("Requirements", line_comments=("#",)),
}
_IGNORE = Language("Patterns", line_comments=("#",), quotes=())


def language_of(path: str, beginning: str = "") -> Language | None:
    """By the name of a file, or else by the ``#!`` it begins with; None for text of no known language."""
    name = PurePosixPath(path).name.casefold()
    found = _BY_NAME.get(name) or _BY_SUFFIX.get(PurePosixPath(name).suffix)
    if found is None and name.endswith("ignore"):
        return _IGNORE
    if found is None and beginning.startswith("#!"):
        first = beginning[:200].split("\n", 1)[0]
        return _PYTHON_LANGUAGE if "python" in first else _BY_SUFFIX[".sh"] if "sh" in first else None
    return found
