"""Abbreviations that texts define themselves: found, settled over a corpus, written out."""

from rag.abbreviations.expansion import Expansion, ShortForms, expand
from rag.abbreviations.finding import find_abbreviations
from rag.abbreviations.settling import settle

__all__ = ["Expansion", "ShortForms", "expand", "find_abbreviations", "settle"]
