"""`python -m ui`: open an index and serve the chat window on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rag.errors import CitewellError, UsageError


def parser() -> argparse.ArgumentParser:
    """The options of `python -m ui`."""
    options = argparse.ArgumentParser(prog="python -m ui", description="Citewell's chat window.")
    options.add_argument(
        "--index",
        default=os.environ.get("RAG_INDEX", "index"),
        metavar="DIR",
        help="the index to ask (RAG_INDEX, or index)",
    )
    options.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
    options.add_argument("--port", type=int, default=7860, help="the port (7860)")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; the exit status, after one line on stderr where it failed."""
    chosen = parser().parse_args(arguments)
    try:
        from rag import Assistant  # here, so that `--help` and misuse answer at once
        from ui.app import launch

        launch(Assistant.open(chosen.index), chosen.host, chosen.port)
    except (CitewellError, OSError) as error:
        print(f"citewell: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
