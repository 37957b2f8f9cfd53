"""What the embedded models share: the tokenizer, a session, and many runs side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from rag.models.minilm import model_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Item = TypeVar("Item")
Result = TypeVar("Result")


def load_tokenizer() -> Tokenizer:
    """MiniLM's tokenizer. The packaged file cuts and pads at 128; this one does neither."""
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


def side_by_side(
    run: Callable[[Item], Result], items: Sequence[Item], length: Callable[[Item], int]
) -> list[Result]:
    """run(item) of each, in order; a thread for each core.

    The longest go first, so that no thread is left alone with a long one at the end.
    """
    if len(items) < 2:
        return [run(item) for item in items]
    order = sorted(range(len(items)), key=lambda i: -length(items[i]))
    with ThreadPoolExecutor(min(_cores(), len(items))) as pool:
        done = dict(zip(order, pool.map(lambda i: run(items[i]), order), strict=True))
    return [done[i] for i in range(len(items))]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
