"""The one place with sentences for people about what went wrong."""

from kitops_desktop.explanation.diagnostics import diagnostics
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.table import explain, explained_classes

__all__ = ["Explanation", "diagnostics", "explain", "explained_classes"]
