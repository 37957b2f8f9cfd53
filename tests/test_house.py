"""The house: imports point down, one owner a library, nothing heavy on the doorstep."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"types", "explanation", "errors", "settings", "prompts", "output", "interrupt", "parallel"},
    {"models"},
    {"reading"},
    {"library"},
    {"retrieval"},
    {"grounding"},
    {"answer"},
    {"sample", "history", "progress", "ingesting", "scope", "watching"},
    {"pipeline"},
    {"chain", "api", "batch", "terminal"},
    {"service"},
    {"web", "cli"},
]
# These look at a floor below their own floor's order on purpose; terms are words, not an index.
SHARED = {("reading", "models"), ("cli", "web")}
OWNERS: dict[str, str | tuple[str, ...]] = {
    "bcrypt": "rag/service/users.py",
    "fastapi": ("rag/service/", "rag/web/"),
    "mcp": "rag/service/",
    "starlette": ("rag/service/", "rag/web/"),
    "uvicorn": "rag/web/server.py",
    "chromadb": "rag/library/vectors.py",
    "gradio": "rag/web/",
    "onnxruntime": "rag/models/",
    "sentence_transformers": "rag/models/",
    "transformers": "rag/models/",
    "trafilatura": "rag/reading/html.py",
    "lxml": "rag/reading/",
    "py3langid": "rag/reading/language.py",
    "pypdf": "rag/reading/pdf_child.py",
    "httpcore2": "rag/reading/fetch/",
    "watchfiles": "rag/watching.py",
    "langchain_openai": "rag/models/",
    "sqlite3": "rag/library/database.py",
    "Stemmer": "rag/library/terms.py",
}


def modules() -> list[Path]:
    return sorted((ROOT / "rag").rglob("*.py"))


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def floor_of(name: str) -> int:
    return next(n for n, names in enumerate(FLOORS) if name in names)


def test_imports_point_down() -> None:
    wrong = []
    for path in modules():
        own = path.relative_to(ROOT / "rag").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        for name in imports(path):
            if not name.startswith("rag."):
                assert name != "rag", f"{path} imports the package root"
                continue
            other = name.split(".")[1]
            if own in (other, "api") or (own, other) in SHARED:
                continue
            if floor_of(other) > floor_of(own):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    # A type that is only named for the checker runs nothing.
    allowed = {"rag/pipeline.py imports rag.chain"}
    assert set(wrong) <= allowed


def test_one_owner_for_each_outside_library() -> None:
    for path in modules():
        place = str(path.relative_to(ROOT))
        for name in imports(path):
            owner = OWNERS.get(name.split(".")[0])
            assert owner is None or place.startswith(owner), f"{place} imports {name}"


@pytest.mark.parametrize("code", ["import rag", "from rag import cli"])
def test_nothing_heavy_on_the_doorstep(code: str) -> None:
    heavy = (
        "gradio",
        "fastapi",
        "mcp",
        "torch",
        "chromadb",
        "langchain_core",
        "onnxruntime",
        "numpy",
        "pydantic",
    )
    check = f"import sys; {code}; print([m for m in {heavy!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_everything_public_says_what_it_is() -> None:
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"{path} has no docstring"
