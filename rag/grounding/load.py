"""From the setting `checker` to a checker."""

from __future__ import annotations

from rag.errors import SettingError
from rag.grounding.check import Checker, EmbeddedChecker
from rag.models.base import Embedder
from rag.models.load import load_claim_reader
from rag.output import note
from rag.settings import Settings


def load_checker(settings: Settings, embedder: Embedder) -> Checker:
    """Raises SettingError for an unknown kind. Without the model's weights the rules judge alone."""
    if settings.checker == "embedded":
        model = load_claim_reader()
        if model is None:
            note("The checker's model is missing, so rules alone judge; reinstall to have it back.")
        return EmbeddedChecker(embedder, model)
    if settings.checker == "rules":
        return EmbeddedChecker(embedder, None)
    raise SettingError(
        f"Setting 'checker' cannot be {settings.checker!r}: say 'embedded' or 'rules'."
    )
