"""Train the reader.

    python -m training.reader ../shared/data runs/reader

Resumes from the last checkpoint in the output folder, with the same options alone.
`--share 0.125` trains on an eighth.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.errors import CitewellError
from training.reader.train import Run, train


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(
        prog="python -m training.reader",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="the folder of public sets")
    parser.add_argument("output", type=Path, help="checkpoints, log and weights")
    parser.add_argument("--size", type=int, default=32, help="examples a batch")
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--share", type=float, default=1.0, help="share of each set")
    parser.add_argument("--seed", type=int, default=13)
    try:
        train(Run(**vars(parser.parse_args())))
    except CitewellError as error:
        sys.exit(f"training.reader: {error}")


if __name__ == "__main__":
    main()
