"""A case becomes a row: asked, scored, and every failure kept as what it is."""

from __future__ import annotations

from dataclasses import dataclass

from evals.cases import Case
from evals.contexts import current_case
from evals.judge import RowJudge
from evals.metered import RequestFailed
from evals.row import Row, Source, State
from evals.scorers import SCORERS
from rag.errors import RagError
from rag.pipeline import Pipeline
from rag.types import Answer, Citation, Verdict


@dataclass(frozen=True, slots=True)
class Asker:
    """Safe to share between threads. `made_by` goes into every row."""

    pipeline: Pipeline
    made_by: dict[str, str]
    judge: RowJudge | None = None

    def origin(self, case: Case) -> dict[str, str]:
        """Rows alike in this would come out alike."""
        return self.made_by | {"case": case.digest}

    def row(self, case: Case, attempt: int) -> Row:
        current_case.set(case.id)
        try:
            answer = self._ask(case)
        except RagError as error:
            return Row(
                case.id,
                case.kind,
                case.question,
                "error",
                dict.fromkeys(SCORERS),
                error=str(error),
                attempt=attempt,
                made_by=self.origin(case),
            )
        checker = self.pipeline.checker()
        row = Row(
            case.id,
            case.kind,
            case.question,
            _state(answer),
            {name: scorer(case, answer, checker) for name, scorer in SCORERS.items()},
            answer.to_dict(),
            _sources(answer),
            tuple(fact[0] for fact in case.facts),
            attempt=attempt,
            made_by=self.origin(case),
        )
        return self.judge.read(row) if self.judge else row

    def _ask(self, case: Case) -> Answer:
        history: list[Answer] = []
        for question in (*case.history, case.question):
            history.append(self.pipeline.ask(question, list(history), **case.options))
        answer = history[-1]
        if self.pipeline.settings.llm != "none" and answer.mode != "llm" and answer.retrieved:
            raise RequestFailed(f"The model did not answer: {' '.join(answer.notes)}")
        return answer


def _state(answer: Answer) -> State:
    if answer.status != "answered":
        return "refused"
    if not answer.text.strip():
        return "empty"
    claims = any(s.verdict is not Verdict.NOT_A_CLAIM for s in answer.sentences)
    return "scored" if claims else "nothing_to_check"


def _sources(answer: Answer) -> tuple[Source, ...]:
    """Each passage that is cited, once, with the quotes marked in it."""
    passages = {hit.passage.id: hit for hit in answer.retrieved}
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        if citation.passage_id in passages:
            cited.setdefault(citation.passage_id, []).append(citation)
    sources = []
    for key, citations in cited.items():
        article, passage = passages[key].article, passages[key].passage
        day = article.published.isoformat() if article.published else None
        title = ", ".join(part for part in (article.outlet, day, article.title) if part)
        marks = sorted((c.start - passage.start, c.end - passage.start) for c in citations)
        numbers = tuple(c.n for c in citations)
        sources.append(Source(numbers, title, passage.text, tuple(marks)))
    return tuple(sources)
