"""From the setting `checker` to a checker."""

from __future__ import annotations

from rag.errors import SettingError
from rag.grounding.check import Checker, RuleChecker
from rag.models.base import Embedder
from rag.settings import Settings


def load_checker(settings: Settings, embedder: Embedder) -> Checker:
    """Raises SettingError for an unknown kind."""
    if settings.checker == "rules":
        return RuleChecker(embedder)
    raise SettingError(f"Setting 'checker' cannot be {settings.checker!r}: say 'rules'.")
