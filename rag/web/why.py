"""“Why this answer”: the question as understood, every passage that was read, the time it took."""

from __future__ import annotations

from rag.types import Answer, Hit, Query
from rag.web.markup import counted, credit, day, esc, joined, paragraphs

_SCORES = (
    "The score sets the order: it joins how well the passage’s words and its meaning fit the "
    "question, and counts only within this list. Likeness is of meaning alone; 1 is the same."
)


def why_html(answer: Answer, number: int) -> str:
    return (
        f'<details class="gw-why" id="why-{number}"><summary>Why this answer</summary>'
        f'<div class="gw-why-body"><dl>{_facts(answer)}</dl>{_passages(answer)}</div></details>'
    )


def _facts(answer: Answer) -> str:
    rows = _query_rows(answer.query) if answer.query else []
    if answer.confidence is not None:
        rows.append(("Confidence", f"{answer.confidence:.0%}"))
    if answer.prompt is not None:
        rows.append(("Prompt", f"{answer.prompt.name}, version {answer.prompt.version}"))
    laps = [f"{stage} {ms:,.0f} ms" for stage, ms in answer.timings_ms.items()]
    if laps:
        rows.append(("Time", joined(laps)))
    return "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in rows)


def _query_rows(query: Query) -> list[tuple[str, str]]:
    made_whole = query.text != query.question
    rows = [("Asked", query.question)] if made_whole else []
    rows.append(("Read as" if made_whole else "Searched for", query.text))
    if query.since or query.until:
        until = f"until {day(query.until)}" if query.until else ""
        since = f"from {day(query.since)}" if query.since else ""
        rows.append(("Published", joined((since, until), " ")))
    if query.as_of:
        rows.append(("As of", day(query.as_of)))
    if query.period:
        begin, end = day(query.period.start), day(query.period.end)
        rows.append(("About the time", begin if begin == end else f"{begin} to {end}"))
    if query.outlets:
        rows.append(("Outlets", ", ".join(query.outlets)))
    if query.topics:
        rows.append(("Topics", ", ".join(query.topics)))
    if query.newest:
        rows.append(("Order", "newest first"))
    return rows


def _passages(answer: Answer) -> str:
    if not answer.retrieved:
        return "<p>No passage came near the question.</p>"
    cited: dict[str, list[int]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.passage_id, []).append(citation.n)
    items = "".join(_item(hit, cited.get(hit.passage.id, [])) for hit in answer.retrieved)
    return (
        f"<h3>{counted(len(answer.retrieved), 'passage')} read, best first</h3>"
        f'<p class="gw-why-scores">{_SCORES}</p><ol class="gw-read">{items}</ol>'
    )


def _item(hit: Hit, numbers: list[int]) -> str:
    scores = joined(
        (
            f"score {hit.score:.3f}",
            f"likeness {hit.similarity:.2f}" if hit.similarity is not None else "",
            f"+{counted(len(hit.reprints), 'reprint')}" if hit.reprints else "",
            f"cited as {', '.join(map(str, numbers))}" if numbers else "not cited",
        )
    )
    return (
        f'<li><details><summary><span class="gw-headline">{esc(hit.article.title)}</span>'
        f'<span class="gw-credit">{credit(hit.article)}</span>'
        f'<span class="gw-scores">{scores}</span></summary>'
        f'<p class="gw-snippet">{paragraphs(hit.passage.text)}</p></details></li>'
    )
