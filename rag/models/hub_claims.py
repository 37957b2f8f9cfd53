"""Any model from the Hub that tells whether a text bears out a claim, by the labels it declares.

Read are classifiers of text pairs (sentence-transformers' cross-encoders are such) with one score,
with a label for "supported" and one for its opposite, or with the three of natural language
inference in any order; and detectors that mark the words of a claim that the text does not bear out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.hub import unloadable

Logits = NDArray[np.float64]
Kind = Literal["pairs", "tokens"]
_SUPPORTED = frozenset(
    "entailment entail entails entailed supported support supports yes true consistent faithful "
    "factual grounded".split()
)
_DENIED = frozenset("contradiction contradict contradicts contradicted refuted refutes".split())
_INVENTED = frozenset("hallucinated hallucination unsupported 1 label_1".split())
_BARE = frozenset("0 1 label_0 label_1".split())
# Tokens of the longest pair that is read.
_LONGEST = 1024
# How the detectors of the LettuceDetect family are shown a text before what was made from it.
_BEFORE_CLAIM = "Summarize the following text:\n{evidence}\noutput:"
# "Never" as a logit.
_NEVER = -30.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Which output says what; `denied` is None where the model has no word for it."""

    supported: int
    denied: int | None = None


class HubClaimReader:
    """A ClaimReader by PyTorch on the processor, one pair a run at its true length, so that no
    result depends on what else is asked. Code that comes with a model is never run."""

    def __init__(self, name: str) -> None:
        """Raises ModelError where the model cannot be loaded, has no head for this, or does not
        say what its labels mean."""
        from transformers.utils import logging as telling

        # A fast tokenizer that cuts is changed by each call: two threads must not share one.
        self._tokenizing = Lock()
        told = telling.get_verbosity()
        telling.set_verbosity(logging.ERROR)
        try:
            self._load(name)
        except ModelError:
            raise
        except Exception as error:  # The library raises whatever its loaders do.
            raise ModelError(unloadable(name, error)) from None
        finally:
            telling.set_verbosity(told)

    def _load(self, name: str) -> None:
        import torch
        import transformers

        config: Any = transformers.AutoConfig.from_pretrained(name, trust_remote_code=False)
        self._kind = _kind(name, config.architectures or ())
        labels = {int(n): str(label) for n, label in config.id2label.items()}
        self._columns = _columns(name, self._kind, labels)
        classes: dict[Kind, Any] = {
            "pairs": transformers.AutoModelForSequenceClassification,
            "tokens": transformers.AutoModelForTokenClassification,
        }
        self._model, loaded = classes[self._kind].from_pretrained(
            name, trust_remote_code=False, dtype=torch.float32, output_loading_info=True
        )
        body = f"{self._model.base_model_prefix}."
        if untrained := sorted(k for k in loaded["missing_keys"] if not k.startswith(body)):
            raise ModelError(
                f"The model {name!r} was never trained to judge claims: its weights lack "
                f"{untrained[0]!r}. Name one with a classification head."
            )
        self._model.eval()
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
            name, trust_remote_code=False
        )
        # Some count their first places from 2; a tokenizer that knows its bound says so.
        places = int(getattr(config, "max_position_embeddings", 0) or _LONGEST + 2) - 2
        self._longest = min(_LONGEST, max(places, 8), int(self._tokenizer.model_max_length))

    def read(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(claim, evidence) to logits of being supported and of being contradicted, (n, 2)."""
        rows = [self._one(claim, evidence) for claim, evidence in pairs]
        return np.array(rows, dtype=np.float32).reshape(len(pairs), 2)

    def _one(self, claim: str, evidence: str) -> tuple[float, float]:
        import torch

        first = evidence if self._kind == "pairs" else _BEFORE_CLAIM.format(evidence=evidence)
        # What is too long loses its end, the longer of the two first.
        with self._tokenizing:
            made = self._tokenizer(
                first, claim, truncation=True, max_length=self._longest, return_tensors="pt"
            )
        with torch.inference_mode():
            logits = self._model(**made).logits[0].double().numpy()
        supported, denied = self._columns.supported, self._columns.denied
        if self._kind == "tokens":
            of_claim = [n for n, part in enumerate(made.sequence_ids(0)) if part == 1]
            return _worst_span(logits[of_claim], supported), _NEVER
        if len(logits) == 1:
            return float(logits[0]), _NEVER
        return log_odds(logits, supported), _NEVER if denied is None else log_odds(logits, denied)


def _kind(name: str, architectures: Sequence[str]) -> Kind:
    made = architectures[0] if architectures else "model of no named kind"
    if made.endswith("ForTokenClassification"):
        return "tokens"
    if made.endswith("ForSequenceClassification"):
        return "pairs"
    raise ModelError(
        f"The model {name!r} is a {made}: a checker needs a classifier of text pairs or of tokens."
    )


def _columns(name: str, kind: Kind, labels: Mapping[int, str]) -> Columns:
    """By the names that the model gives its labels; a guess would turn verdicts around."""
    words = {n: label.lower().replace("-", "_").strip() for n, label in labels.items()}
    supported = [n for n, word in words.items() if word in _SUPPORTED]
    denied = [n for n, word in words.items() if word in _DENIED]
    if kind == "tokens":
        invented = [n for n, word in words.items() if word in _INVENTED]
        if len(words) == 2 and len(invented) == 1:
            return Columns(1 - invented[0])
    elif len(words) == 1:
        return Columns(0)
    elif len(words) == 2 and set(words.values()) <= _BARE:
        # Factual consistency as 0 or 1.
        return Columns(1)
    elif len(words) in (2, 3) and len(supported) == 1 and len(denied) >= len(words) - 2:
        return Columns(supported[0], denied[0] if denied else None)
    wanted = (
        "'supported' and 'hallucinated'"
        if kind == "tokens"
        else "'entailment', 'neutral' and 'contradiction', or 'supported' and 'unsupported'"
    )
    given = ", ".join(repr(labels[n]) for n in sorted(labels)[:4])
    raise ModelError(
        f"The model {name!r} does not say what its labels mean ({given}): name them {wanted} "
        "under id2label in its config.json."
    )


def log_odds(logits: Logits, column: int) -> float:
    """Of one label against all others, from the logits of a softmax."""
    others = np.delete(logits, column)
    return float(logits[column] - np.logaddexp.reduce(others))


def _worst_span(logits: Logits, supported: int) -> float:
    """The claim's log-odds from its tokens, (n, 2): those of the run of tokens that is held to be
    invented with the highest mean probability; without such a run, those of the worst token."""
    if not len(logits):
        return _NEVER
    invented = [1 / (1 + np.exp(log_odds(row, supported))) for row in logits]
    runs: list[list[float]] = [[]]
    for probability in invented:
        if probability >= 0.5:
            runs[-1].append(float(probability))
        elif runs[-1]:
            runs.append([])
    means = [float(np.mean(run)) for run in runs if run]
    worst = min(max(means or invented), 1 - 1e-12)
    return float(np.log((1 - worst) / worst))
