"""`python -m rag`: the same as `rag`."""

import sys

from rag.cli.main import main

sys.exit(main())
