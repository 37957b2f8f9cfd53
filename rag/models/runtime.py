"""What the embedded models share: the tokenizer, and how a session is opened."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rag.models.minilm import model_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@lru_cache(maxsize=1)
def load_tokenizer() -> Tokenizer:
    """MiniLM's tokenizer, one for all. The packaged file cuts and pads at 128; this one does neither."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


def open_session(graph: bytes) -> Any:
    """An ONNX Runtime session of one thread: two runs side by side beat one run on two cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
