"""From the setting `checker` to a checker."""

from __future__ import annotations

from rag.errors import SettingError
from rag.grounding.check import Checker
from rag.grounding.reading_checker import EmbeddedChecker, OwnProbability, ReadingChecker
from rag.grounding.weakest import WeakestChecker
from rag.models.base import Embedder
from rag.models.load import load_claim_reader, load_hub_claim_reader
from rag.output import note
from rag.settings import Settings


def load_checker(settings: Settings, embedder: Embedder) -> Checker:
    """Raises SettingError for an unknown kind, ModelError where a model cannot serve. Without the
    embedded model's weights the rules judge alone."""
    kind, _, names = settings.checker.partition(":")
    if kind != "all":
        return _one(settings.checker, settings, embedder)
    parts = [part.strip() for part in names.split(",")]
    if len(parts) < 2 or len(set(parts)) < len(parts):
        raise SettingError(
            f"Setting 'checker' cannot be {settings.checker!r}: 'all:' names two or more different "
            "checkers between commas, such as 'all:embedded,hub:MODEL'."
        )
    return WeakestChecker([_one(part, settings, embedder) for part in parts])


def _one(said: str, settings: Settings, embedder: Embedder) -> Checker:
    kind, _, model = said.partition(":")
    if said == "embedded":
        return _embedded(embedder)
    if said == "rules":
        return EmbeddedChecker(embedder, None)
    if kind == "hub" and model:
        return ReadingChecker(said, embedder, load_hub_claim_reader(model), OwnProbability())
    if kind == "llm" and model:
        from rag.grounding.judge import Judge
        from rag.grounding.llm_checker import LlmChecker
        from rag.models.chat import Endpoint

        named = model if ":" in model else f"openai:{model}"
        # The same sources get the same verdict, as far as the endpoint allows.
        own = settings.model_copy(update={"llm": named, "llm_temperature": 0.0})
        judge = Judge(Endpoint(own))
        return LlmChecker(said, judge, embedder, _embedded(embedder), settings.llm_deadline)
    raise SettingError(
        f"Setting 'checker' cannot be {said!r}: say 'embedded', 'rules', 'hub:<model or folder>', "
        "'llm:<model>' or 'all:<one>,<other>'."
    )


def _embedded(embedder: Embedder) -> EmbeddedChecker:
    model = load_claim_reader()
    if model is None:
        note("The checker's model is missing, so rules alone judge; reinstall to have it back.")
    return EmbeddedChecker(embedder, model)
