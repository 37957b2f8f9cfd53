"""From text to the terms that are matched: folded, stemmed, without the commonest words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
STOPWORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between "
    "both but by can could did do does doing during each for from further had has have having he "
    "her here hers him himself his how i if in into is it its itself just me more most my no nor "
    "not now of off on once only or other our out over own same she should so some such than that "
    "the their theirs them then there these they this those through to too under until up very "
    "was we were what when where which while who whom why will with would you your yours".split()
)

# Forms that a stemmer cannot bring to their verb: "broke" is asked for as "break".
_IRREGULAR = {
    form: verb
    for verb, forms in {
        "become": "became", "begin": "began begun", "break": "broke broken", "bring": "brought",
        "build": "built", "buy": "bought", "catch": "caught", "choose": "chose chosen", "come": "came",
        "deal": "dealt", "die": "dead death deaths dying", "draw": "drew drawn", "drive": "drove driven",
        "eat": "ate eaten", "fall": "fell fallen", "feel": "felt", "fight": "fought", "find": "found",
        "flee": "fled", "fly": "flew flown", "freeze": "froze frozen", "get": "got gotten",
        "give": "gave given", "go": "went gone", "grow": "grew grown", "hold": "held", "keep": "kept",
        "kill": "killing killings", "know": "knew known", "lead": "led", "leave": "left",
        "lend": "lent", "lose": "lost loss losses", "make": "made", "mean": "meant", "meet": "met",
        "pay": "paid", "rise": "rose risen", "run": "ran", "say": "said", "see": "saw seen",
        "seek": "sought", "sell": "sold sale sales", "send": "sent", "shake": "shook shaken",
        "shoot": "shot", "shrink": "shrank shrunk", "sing": "sang sung", "sink": "sank sunk",
        "sit": "sat", "sleep": "slept", "speak": "spoke spoken", "spend": "spent",
        "spring": "sprang sprung", "stand": "stood", "steal": "stole stolen", "strike": "struck",
        "swear": "swore sworn", "swim": "swam swum", "take": "took taken", "teach": "taught",
        "tell": "told", "think": "thought", "throw": "threw thrown", "understand": "understood",
        "wear": "wore worn", "win": "won winner winners", "withdraw": "withdrew withdrawn withdrawal",
        "write": "wrote written", "person": "people persons", "man": "men", "woman": "women",
        "child": "children", "name": "named", "bear": "born",
    }.items()
    for form in forms.split()
}  # fmt: skip


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words without accents; possessive endings fall off.

    >>> words("Baku’s S-400s")
    ['baku', 's', '400s']
    """
    found = _WORD.findall(without_accents(text.lower()))
    return [word[:-2] if word.endswith(("'s", "’s")) else word for word in found]


def without_accents(text: str) -> str:
    """In compatible form: "ﬁ" becomes two letters, "é" one without its accent."""
    if text.isascii():
        return text
    return _NOT_ASCII.sub(_unless_combining, unicodedata.normalize("NFKD", text))


def _unless_combining(match: re.Match[str]) -> str:
    return "".join(c for c in match[0] if not unicodedata.combining(c))


def terms(text: str) -> list[str]:
    """Stems in order, common words left out; irregular forms count as their verb."""
    kept = [_IRREGULAR.get(word, word) for word in words(text) if word not in STOPWORDS]
    stems: list[str] = _stemmer().stemWords(kept)
    return stems
