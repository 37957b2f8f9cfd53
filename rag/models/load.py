"""From a setting to a model, loaded once a process."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

from rag.errors import SettingError
from rag.models.base import ClaimReader, Embedder, Reader, Scorer
from rag.settings import Settings

_LOCK = Lock()


def load_embedder(settings: Settings) -> Embedder:
    """Raises SettingError for an unknown kind, ModelError where the model cannot be had."""
    kind, _, name = settings.embedder.partition(":")
    with _LOCK:
        if kind == "embedded" and not name:
            return _embedded()
        if kind == "hub" and name:
            return _hub(name)
    if kind == "openai" and name:
        from rag.models.endpoint import EndpointEmbedder

        return EndpointEmbedder(name, settings)
    raise SettingError(
        f"Setting 'embedder' cannot be {settings.embedder!r}: "
        "say 'embedded', 'hub:<model>' or 'openai:<model>'."
    )


def load_reranker(settings: Settings) -> Scorer | None:
    """None where no reranker is set."""
    kind, _, name = settings.reranker.partition(":")
    if settings.reranker == "none":
        return None
    if kind == "hub" and name:
        with _LOCK:
            return _hub_scorer(name)
    raise SettingError(
        f"Setting 'reranker' cannot be {settings.reranker!r}: say 'none' or 'hub:<model>'."
    )


def load_reader() -> Reader:
    """Raises ModelError where its weights are missing or damaged."""
    with _LOCK:
        return _reader()


def load_claim_reader() -> ClaimReader | None:
    """None where its weights are missing; damaged ones raise ModelError at the first reading."""
    from rag.models.pair import has_weights

    if not has_weights("checker"):
        return None
    with _LOCK:
        return _claim_reader()


def load_hub_claim_reader(name: str) -> ClaimReader:
    """Raises ModelError where the model cannot be had or does not say what its labels mean."""
    with _LOCK:
        return _hub_claim_reader(name)


@lru_cache(maxsize=1)
def _claim_reader() -> ClaimReader:
    from rag.models.checker import EmbeddedClaimReader

    return EmbeddedClaimReader()


@lru_cache(maxsize=1)
def _reader() -> Reader:
    from rag.models.reader import EmbeddedReader

    return EmbeddedReader()


@lru_cache(maxsize=1)
def _embedded() -> Embedder:
    from rag.models.embedder import EmbeddedEmbedder

    return EmbeddedEmbedder()


@lru_cache(maxsize=2)
def _hub(name: str) -> Embedder:
    from rag.models.hub import HubEmbedder

    return HubEmbedder(name)


@lru_cache(maxsize=2)
def _hub_scorer(name: str) -> Scorer:
    from rag.models.hub import HubScorer

    return HubScorer(name)


@lru_cache(maxsize=2)
def _hub_claim_reader(name: str) -> ClaimReader:
    from rag.models.hub_claims import HubClaimReader

    return HubClaimReader(name)
