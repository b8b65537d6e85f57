"""The `rag` command: the roof over everything, and the one place that prints."""

from rag.cli.main import main

__all__ = ["main"]
