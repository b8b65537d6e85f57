"""An environment a peer, made from its pinned requirements and kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Torch goes first and alone, so that nothing else chooses it.
TORCH = "torch==2.13.0"
_HERE = Path(__file__).parent


def environment(name: str, folder: Path, torch_index: str | None) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or stale.

    `torch_index` is where pip takes torch from. Raises CalledProcessError.
    """
    wanted = (_HERE / f"{name}.txt").read_text(encoding="utf-8")
    home = folder / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "made-from.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    source = ["--index-url", torch_index] if torch_index else []
    subprocess.run([*pip, TORCH, *source], check=True)
    subprocess.run([*pip, "-r", str(_HERE / f"{name}.txt")], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def variables() -> dict[str, str]:
    """This process's variables, with what would reach for a network turned off."""
    off = {
        "HF_HUB_OFFLINE": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        "LANGSMITH_TRACING": "false",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RAG_", "PYTHON", "VIRTUAL_ENV"))
    }
    return kept | off
