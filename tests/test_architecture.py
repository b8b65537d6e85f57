"""Data flows one way: each room of `rag` knows only the rooms above it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

import rag
from tests.seeds import CORPUS, ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# Top to bottom, as the page has them: a room imports from the rooms above it alone.
ROOMS = (*re.findall(r"^\| `rag/(\w+)(?:\.py|/)` \|", PAGE, re.MULTILINE), "__main__")
HEAVY = ("torch", "transformers", "sentence_transformers", "gradio", "langchain", "langchain_core")
FILES = sorted((ROOT / "rag").rglob("*.py"))
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for file in FILES
]


def imports(module: str, *, at_load: bool = False) -> Iterator[str]:
    """The modules that a module imports, everywhere or when it is loaded."""
    file = dict(zip(MODULES, FILES, strict=True))[module]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body if at_load else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_module_lies_in_a_room_of_the_list() -> None:
    assert len(ROOMS) == len(set(ROOMS))
    assert {room(module) for module in MODULES if module != "rag"} == set(ROOMS)


@pytest.mark.parametrize("module", [module for module in MODULES if module != "rag"])
def test_a_module_imports_only_rooms_above_its_own(module: str) -> None:
    allowed = ROOMS[: ROOMS.index(room(module)) + 1]
    for name in imports(module):
        if name.startswith("rag."):
            assert room(name) in allowed, f"{module} imports {name}"
        assert name != "rag", f"{module} imports the public names instead of their homes"


def test_types_and_errors_import_nothing_of_rag() -> None:
    for module in (m for m in MODULES if m != "rag" and room(m) in ("types", "errors")):
        assert {room(name) for name in imports(module) if name.startswith("rag")} <= {"types"}


def test_only_the_command_knows_the_window() -> None:
    knowing = {m for m in MODULES for name in imports(m) if name.split(".")[0] == "ui"}
    assert {room(module) for module in knowing} <= {"cli"}


@pytest.mark.parametrize("engine", ["sqlite3", "faiss"])
def test_only_the_store_knows_its_engines(engine: str) -> None:
    knowing = {m for m in MODULES for name in imports(m) if name.split(".")[0] == engine}
    # `rag doctor` checks that this Python's SQLite has JSON.
    assert {m for m in knowing if room(m) != "store"} <= {"rag.cli.doctor"}


def test_only_the_adapters_and_the_writer_know_langchain() -> None:
    knowing = {m for m in MODULES for name in imports(m) if name.startswith("langchain")}
    assert {room(m) for m in knowing} <= {"langchain", "generation"}


@pytest.mark.parametrize("module", ["pickle", "shelve", "marshal", "dill", "joblib"])
def test_nothing_is_pickled(module: str) -> None:
    assert [m for m in MODULES if module in imports(m)] == []


# It only asks which proxies the environment names.
ASKING_FOR_PROXIES = {"rag.generation.addresses"}


@pytest.mark.parametrize("package", ["requests", "httpx", "urllib.request", "socket", "aiohttp"])
def test_nothing_reaches_for_the_network(package: str) -> None:
    reaching = {m for m in MODULES for name in imports(m) if name.startswith(package)}
    assert reaching - ASKING_FOR_PROXIES == set()


# -- what is loaded when ---------------------------------------------------------------------


TELL = "\nimport sys\nprint('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))"


def loaded(code: str, *arguments: object) -> set[str]:
    """The top packages that a fresh Python holds after running the code."""
    command = [sys.executable, "-c", code + TELL, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split())


def test_the_public_names_are_a_dozen_at_most_and_all_there() -> None:
    assert len(rag.__all__) <= 12
    assert all(getattr(rag, name) is not None for name in rag.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = rag.nonsense


def test_importing_rag_loads_nothing_heavy() -> None:
    found = loaded("import rag")
    assert found & {*HEAVY, "numpy", "faiss", "onnxruntime", "sqlite3", "tokenizers"} == set()


def test_asking_loads_neither_torch_nor_gradio_nor_langchain(seed_index: object) -> None:
    found = loaded(
        "import sys\nfrom rag.cli.main import main\nmain(sys.argv[1:])",
        "ask", "--index", seed_index, "What does blinatumomab target?",
    )  # fmt: skip
    assert {"onnxruntime", "faiss", "tokenizers"} <= found
    assert found & set(HEAVY) == set()


def test_indexing_with_a_kept_model_loads_no_torch(seed_index: object, tmp_path: object) -> None:
    """`seed_index` comes first: by then the exported model lies in the user's cache."""
    found = loaded(
        "import sys\nfrom rag.cli.main import main\nmain(sys.argv[1:])",
        "index", CORPUS / "003_7e99f09c1eb3ef68.txt", "--index", f"{tmp_path}/index", "--quiet",
    )  # fmt: skip
    assert found & set(HEAVY) == set()
