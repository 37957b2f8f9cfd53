"""Prompts are files: front matter with `version` and `variables`, then the text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from rag.errors import UsageError
from rag.types import PromptRef

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def prompts_folder() -> Path:
    """Beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parent / "_data" / "prompts"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """`text` holds {{name}} slots; braces of any other kind are plain text."""

    name: str
    version: str
    variables: tuple[str, ...]
    text: str

    @property
    def ref(self) -> PromptRef:
        return PromptRef(self.name, self.version, hashlib.sha256(self.text.encode()).hexdigest())

    def fill(self, **values: str) -> str:
        """Every variable must be given; a value is never read as a template again."""
        missing = set(self.variables) - set(values)
        if missing:
            raise UsageError(f"Prompt {self.name!r} needs a value for {sorted(missing)}.")
        return _SLOT.sub(lambda slot: values[slot[1]], self.text)


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """Read prompts/<name>.md. Raises UsageError where it is missing or its slots do not match."""
    path = (folder or prompts_folder()) / f"{name}.md"
    try:
        raw = path.read_text(encoding="utf-8")
    except OSError:
        raise UsageError(f"There is no prompt {name!r} at {path}.") from None
    match = _FRONT.match(raw)
    if match is None:
        raise UsageError(f"Prompt {path} has no front matter with version and variables.")
    head = yaml.safe_load(match[1])
    variables = tuple(head.get("variables") or ())
    text = match[2].strip()
    if set(_SLOT.findall(text)) != set(variables) or "version" not in head:
        raise UsageError(f"Prompt {path}: its slots and its front matter do not agree.")
    return Prompt(name, str(head["version"]), variables, text)
