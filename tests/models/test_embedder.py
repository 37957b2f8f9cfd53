from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from rag.errors import ModelError, SettingError
from rag.models import minilm
from rag.models.base import Embedder
from rag.models.load import load_embedder, load_reranker
from rag.settings import Settings

TEXTS = [
    "Heavy fighting broke out along the line of contact on September 27, 2020.",
    "Armenia and Azerbaijan agreed in Moscow to a humanitarian ceasefire.",
    "The container ship was freed in the Suez Canal after six days.",
    "Argentina beat France on penalties in the World Cup final.",
    "NASA's spacecraft shortened the asteroid's orbit by 32 minutes.",
    "The European Central Bank raised interest rates by half a percentage point. " * 8,
    "Ein Satz auf Deutsch, mit Umlauten: Süßigkeiten für alle.",
    "Hi",
]


def test_vectors_agree_with_sentence_transformers(embedder: Embedder) -> None:
    from rag.models.hub import HubEmbedder

    reference = HubEmbedder(str(minilm.model_folder()))
    ours, theirs = embedder.embed(TEXTS), reference.embed(TEXTS)
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() > 0.97 and cosines.mean() > 0.985
    text = "Hello Lavrov’s talks"
    assert embedder.token_spans(text) == reference.token_spans(text)


def test_a_vector_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert (together == alone).all()
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() < 1e-5


def test_nothing_to_embed(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.embed([""]).shape == (1, 384)


def test_other_weights_are_refused(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(minilm, "model_folder", lambda: tmp_path)
    monkeypatch.setattr(minilm, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        minilm.onnx_model()


def test_a_damaged_cache_is_built_anew(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "user_cache_path", lambda *_, **__: tmp_path)
    first = minilm.onnx_model()
    cached = tmp_path / f"minilm-{minilm.REVISION}.onnx"
    cached.write_bytes(cached.read_bytes()[:-100])
    assert minilm.onnx_model() == first


@pytest.mark.parametrize("name", ["nonsense", "hub:", "embedded:x"])
def test_unknown_kinds_are_named(name: str) -> None:
    with pytest.raises(SettingError, match=name):
        load_embedder(Settings(embedder=name))


def test_unknown_reranker() -> None:
    assert load_reranker(Settings()) is None
    with pytest.raises(SettingError, match="nonsense"):
        load_reranker(Settings(reranker="nonsense"))


def test_a_hub_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="/no/such/folder"):
        load_embedder(Settings(embedder="hub:/no/such/folder"))


def test_asking_imports_no_torch() -> None:
    code = (
        "import sys; from rag.models.load import load_embedder; from rag.settings import Settings;"
        "load_embedder(Settings()).embed(['x']); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
