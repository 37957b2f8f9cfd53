"""What a question names and the passages of its answer do not: said, so that nobody overlooks it."""

from __future__ import annotations

import re

from rag.grounding.rules.names import unmentioned
from rag.library.terms import STOPWORDS
from rag.types import Answer

# "US" and "UN" go without saying.
_SHORT = re.compile(r"[A-Z.]{1,5}")


def not_mentioned(answer: Answer) -> str:
    """A line that names them; empty where there are none. A follow-up counts by its own words."""
    query = answer.query
    cited = {citation.passage_id for citation in answer.citations}
    hits = [hit for hit in answer.retrieved if hit.passage.id in cited]
    # Of several questions in one, those without an answer are named anyway.
    if query is None or query.parts or not hits:
        return ""
    source = "\n".join(f"{hit.article.title}\n{hit.passage.text}" for hit in hits)
    asked = query.text if query.overview else query.question
    asked = re.sub(r"^\W*(\w+)", lambda m: "" if m[1].lower() in STOPWORDS else m[0], asked)
    known = {outlet.casefold() for outlet in query.outlets}
    names = [
        name
        for name in unmentioned(asked, source)
        if name.casefold() not in known and not _SHORT.fullmatch(name)
    ]
    *rest, last = names or [""]
    listed = f"{', '.join(rest)} or {last}" if rest else last
    return f"The passages cited here do not mention {listed}." if listed else ""
