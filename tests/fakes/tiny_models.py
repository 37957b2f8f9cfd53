"""Tiny classifiers in a folder, as the Hub would give them, whose verdict is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertTokenizerFast,
)

# How surely a rigged model says what it says.
SURE = 4.0


def tokenizer(folder: Path, words: Sequence[str] = ()) -> Any:
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *words]
    made = BertTokenizerFast(
        vocab={word: n for n, word in enumerate(vocabulary)}, model_max_length=64
    )
    made.save_pretrained(folder)
    return made


def config(labels: Sequence[str] | int, words: int = 6) -> BertConfig:
    sizes: dict[str, Any] = {
        "vocab_size": words, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 16, "max_position_embeddings": 66,
    }  # fmt: skip
    if isinstance(labels, int):
        return BertConfig(**sizes, num_labels=labels)
    return BertConfig(
        **sizes, id2label=dict(enumerate(labels)), label2id={w: n for n, w in enumerate(labels)}
    )


def classifier(folder: Path, labels: Sequence[str] | int, bias: Mapping[int, float]) -> str:
    """A classifier of pairs that gives the logits of `bias` whatever it reads; 0 for the others."""
    tokenizer(folder)
    model = BertForSequenceClassification(config(labels))
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        for column, value in bias.items():
            model.classifier.bias[column] = value
    model.save_pretrained(folder)
    return str(folder)


def detector(folder: Path, labels: Sequence[str] | int, invented: str, column: int) -> str:
    """A detector of tokens that calls the word `invented` hallucinated (in `column`), no other."""
    tokenizer(folder, [invented])
    model = BertForTokenClassification(config(labels, 7))
    with torch.no_grad():
        for parameter in model.bert.parameters():
            parameter.zero_()
        # One place of the hidden state stands for the word; layer norms scale what they are given.
        model.bert.embeddings.word_embeddings.weight[6, 0] = 1.0
        for name, parameter in model.bert.named_parameters():
            if "LayerNorm.weight" in name:
                parameter.fill_(1.0)
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        model.classifier.weight[column, 0] = SURE
        model.classifier.weight[1 - column, 0] = -SURE
        model.classifier.bias[1 - column] = SURE
    model.save_pretrained(folder)
    return str(folder)
