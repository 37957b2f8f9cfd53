"""From the setting `checker` to a checker."""

from __future__ import annotations

from rag.errors import SettingError
from rag.grounding.check import Checker, EmbeddedChecker
from rag.models.base import Embedder
from rag.models.load import load_claim_reader
from rag.settings import Settings


def load_checker(settings: Settings, embedder: Embedder) -> Checker:
    """Raises SettingError for an unknown kind, ModelError where the model's weights are damaged."""
    if settings.checker == "embedded":
        return EmbeddedChecker(embedder, load_claim_reader())
    if settings.checker == "rules":
        return EmbeddedChecker(embedder, None)
    raise SettingError(
        f"Setting 'checker' cannot be {settings.checker!r}: say 'embedded' or 'rules'."
    )
