"""Made claims: a sentence of an article, kept or changed in one place, beside the sentences around it.

They teach the encoder to compare word by word before it learns to read what people write.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from benchmarks.data import rows
from rag.reading.sentences import sentence_spans
from training.pairs import Pair

_NUMBER = re.compile(r"(?<![\w.,$€£-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w-])")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
MONTH = re.compile(r"\b(?:" + "|".join(_MONTHS) + r")\b")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAY = re.compile(r"\b(?:" + "|".join(_DAYS) + r")\b")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_BE = re.compile(r"\b(?:is|are|was|were|will|would|can|could|has|have|had|should|may)\b(?! not)")
_SWAPS = [
    pair.split("/")
    for pair in (
        "more/fewer rose/fell rising/falling increased/decreased increase/decrease higher/lower "
        "before/after first/last won/lost win/lose largest/smallest above/below accepted/rejected "
        "opened/closed began/ended allowed/banned supported/opposed north/south east/west all/some "
        "northern/southern eastern/western men/women older/younger many/few always/never with/without "
        "arrived/left bought/sold increased/reduced gained/lost approved/refused best/worst over/under "
        "early/late old/new former/current highest/lowest early/late winning/losing up/down on/off "
        "confirmed/denied alive/dead guilty/innocent injured/killed planned/cancelled success/failure"
    ).split()
]
_OTHER = {a: b for left, right in _SWAPS for a, b in ((left, right), (right, left))}
_SWAP = re.compile(r"\b(?:" + "|".join(sorted(_OTHER)) + r")\b")
# A clause that can go without making the rest wrong.
_TAIL = re.compile(r",\s+(?:which|who|where|while|according to|after|as)\b[^,;]+(?=[.]$)")


def made_pairs(most: int, rng: random.Random) -> Iterator[Pair]:
    """About as many true claims as false ones, from articles under free licences."""
    texts = [row["text"] for row in rows("wikinews/articles.jsonl")]
    texts += sorted({row["passage"] for row in rows("passage_qa/squad2.jsonl")})
    texts += sorted(
        {r["document"] for r in rows("grounding/train.jsonl.gz") if r["source"] == "fm2"}
    )
    count = 0
    while count < most:
        rng.shuffle(texts)
        for text in texts:
            sentences = [s.of(text) for s in sentence_spans(text)]
            sentences = [s for s in sentences if 6 <= len(s.split()) <= 45]
            if len(sentences) < 3:
                continue
            for pair in _from(sentences, rng):
                count += 1
                yield pair
            if count >= most:
                return


def _from(sentences: list[str], rng: random.Random) -> Iterator[Pair]:
    names = sorted({n for s in sentences for n in NAME.findall(s)})
    for at in rng.sample(range(len(sentences)), min(4, len(sentences))):
        around = sentences[max(0, at - rng.randint(0, 2)) : at + rng.randint(1, 3)]
        evidence, claim = " ".join(around), sentences[at]
        if rng.random() < 0.3:
            claim = _TAIL.sub("", claim)
        change = rng.random()
        if change < 0.45:
            yield Pair("made", "", claim, evidence, 1, 0)
        elif change < 0.85:
            false = _changed(claim, names, rng)
            if false != claim:
                yield Pair("made", "", false, evidence, 0, 1)
        else:
            other = [s for s in sentences if s not in around]
            if other:
                yield Pair("made", "", rng.choice(other), evidence, 0, 0)


def _changed(claim: str, names: list[str], rng: random.Random) -> str:
    """The claim with one thing changed; the claim itself where nothing can be."""
    ways: list[Callable[[], str]] = [
        lambda: _swap(_NUMBER, claim, lambda old: _other_number(old, rng), rng),
        lambda: _swap(
            _YEAR, claim, lambda old: str(int(old) + rng.choice([-3, -2, -1, 1, 2, 4])), rng
        ),
        lambda: _swap(MONTH, claim, lambda old: rng.choice([m for m in _MONTHS if m != old]), rng),
        lambda: _swap(_DAY, claim, lambda old: rng.choice([d for d in _DAYS if d != old]), rng),
        lambda: _swap(NAME, claim, lambda old: _other_name(old, claim, names, rng), rng),
        lambda: _swap(NAME, claim, lambda old: _other_name(old, claim, names, rng), rng),
        lambda: _swap(_SWAP, claim, lambda old: _OTHER[old], rng),
        lambda: _swap(_SWAP, claim, lambda old: _OTHER[old], rng),
        lambda: _swap(_BE, claim, lambda old: f"{old} not", rng),
        lambda: _exchanged(claim, rng),
    ]
    rng.shuffle(ways)
    return next((made for way in ways if (made := way()) != claim), claim)


def _swap(
    pattern: re.Pattern[str], claim: str, other: Callable[[str], str], rng: random.Random
) -> str:
    found = list(pattern.finditer(claim))
    if not found:
        return claim
    match = rng.choice(found)
    return claim[: match.start()] + other(match[0]) + claim[match.end() :]


def _other_number(old: str, rng: random.Random) -> str:
    value = float(old.replace(",", ""))
    factor = rng.choice([0.5, 0.8, 0.9, 1.1, 1.25, 1.5, 2])
    if "." in old:
        return f"{value * factor + 0.1:.1f}"
    new = round(value * factor)
    return f"{new + 1 if new == value else new:,}" if "," in old else str(new + (new == value))


def _other_name(old: str, claim: str, names: list[str], rng: random.Random) -> str:
    free = [
        n for n in names if n not in claim and old not in n and len(n.split()) == len(old.split())
    ]
    return rng.choice(free) if free else old


def _exchanged(claim: str, rng: random.Random) -> str:
    """Two names of the claim in each other's place."""
    found = list(NAME.finditer(claim))
    if len(found) < 2:
        return claim
    first, second = sorted(rng.sample(found, 2), key=lambda m: m.start())
    if first[0] == second[0]:
        return claim
    between = claim[first.end() : second.start()]
    return claim[: first.start()] + second[0] + between + first[0] + claim[second.end() :]
