"""Ask every case, score every answer, hold the gates."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from evals.asking import Asker
from evals.baseline import load_baseline
from evals.cases import Case, load_cases
from evals.compare import compare
from evals.contexts import Frozen, Recorder
from evals.gates import load_limits
from evals.journal import Journal
from evals.judge import RowJudge, agreement
from evals.metered import Budget, Metered
from evals.result import Run, Usage
from evals.row import Row
from rag.errors import UsageError
from rag.grounding.judge import Judge
from rag.library.sync import ingest
from rag.models.load import load_embedder
from rag.pipeline import Pipeline
from rag.prompts import load_prompt
from rag.reading.reader import read_sources
from rag.sample import corpus_folder
from rag.settings import Settings

# Requests to an endpoint at once; the embedded mode uses every core with one question.
_AT_ONCE = 4
_Job = tuple[Case, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and on what. None: the cases and gates that ship, a library made for this run
    from the shipped corpus, no baseline, no judge."""

    cases: Path | None = None
    gates: Path | None = None
    library: Path | None = None
    repeat: int = 1
    freeze: Path | None = None
    contexts: Path | None = None
    baseline: Path | None = None
    out: Path | None = None
    resume: bool = False
    judge: str | None = None
    concurrency: int | None = None
    budget: Budget = field(default_factory=Budget)


def run_evals(settings: Settings, plan: Plan = Plan(), *, quiet: bool = False) -> Run:
    """Raises UsageError for anything that does not fit together, before the first question."""
    cases, limits = load_cases(plan.cases), load_limits(plan.gates)
    before = load_baseline(plan.baseline) if plan.baseline else None
    if plan.resume and plan.out is None:
        raise UsageError("--resume needs --out FILE: the rows that are there already.")
    with _library(settings, plan, cases) as own:
        rows = _Runner(own, plan, cases, quiet).rows()
    judged = agreement(plan.judge, rows) if plan.judge else None
    used = settings.llm != "none" or plan.judge is not None
    return Run(
        tuple(rows),
        limits,
        title="Evals: extractive answers" if settings.llm == "none" else f"Evals: {settings.llm}",
        comparison=compare(before, rows) if before is not None else None,
        agreement=judged,
        usage=Usage(plan.budget.tokens, plan.budget.cost) if used else None,
    )


@contextlib.contextmanager
def _library(settings: Settings, plan: Plan, cases: Sequence[Case]) -> Iterator[Settings]:
    if plan.library is not None:
        for case in cases:
            if case.brings:
                raise UsageError(
                    f"Case {case.id!r} brings articles along: run it without --library, as they "
                    "must not stay in yours."
                )
        yield settings.model_copy(update={"library": plan.library})
        return
    with tempfile.TemporaryDirectory(prefix="groundwire-evals-") as folder:
        own = settings.model_copy(update={"library": Path(folder)})
        ingest(own, load_embedder(own), read_sources([corpus_folder()]))
        yield own


class _Runner:
    def __init__(self, settings: Settings, plan: Plan, cases: Sequence[Case], quiet: bool) -> None:
        self._settings = settings
        self._plan = plan
        self._cases = cases
        self._quiet = quiet
        self._journal = Journal(plan.out) if plan.out else None

    def rows(self) -> list[Row]:
        """Cases that bring articles come last, so that these are there for no other."""
        opened = Pipeline(self._settings)
        recorder = Recorder(opened.finder()) if self._plan.freeze else None
        asker = self._asker(opened, recorder)
        try:
            done = self._resumed(asker)
            done |= self._run(asker, [c for c in self._cases if not c.brings], done)
            bringing = [c for c in self._cases if c.brings]
            if bringing:
                brought = dict.fromkeys(path for case in bringing for path in case.brings)
                ingest(self._settings, load_embedder(self._settings), read_sources(list(brought)))
                done |= self._run(asker, bringing, done)
        finally:
            asker.pipeline.close()
            opened.close()
        rows = [done[case.id, n] for case, n in self._jobs(self._cases)]
        if self._journal:
            self._journal.finish(rows)
        if recorder and self._plan.freeze:
            recorder.write(self._plan.freeze, [case.id for case in self._cases])
        return rows

    def _asker(self, opened: Pipeline, recorder: Recorder | None) -> Asker:
        plan, settings = self._plan, self._settings
        made_by = {"model": settings.llm, "checker": settings.checker}
        llm = None
        if settings.llm != "none":
            from rag.answer.llm import LlmAnswerer
            from rag.models.chat import Endpoint

            llm = LlmAnswerer(Metered(Endpoint(settings), plan.budget))
            ref = load_prompt("answer").ref
            made_by["prompt"] = f"{ref.name} {ref.version} {ref.sha256[:12]}"
        judge = None
        if plan.judge:
            from rag.models.chat import Endpoint

            named = settings.model_copy(update={"llm": plan.judge})
            asked = Judge(Metered(Endpoint(named), plan.budget))
            made_by |= {"judge": asked.name, "judge_prompt": asked.prompt}
            judge = RowJudge(asked)
        frozen = Frozen(plan.contexts) if plan.contexts else None
        if frozen:
            made_by["contexts"] = frozen.digest
        return Asker(Pipeline(settings, finder=frozen or recorder, llm=llm), made_by, judge)

    def _jobs(self, cases: Sequence[Case]) -> list[_Job]:
        return [(case, n) for n in range(1, self._plan.repeat + 1) for case in cases]

    def _resumed(self, asker: Asker) -> dict[tuple[str, int], Row]:
        if self._journal is None:
            return {}
        found = self._journal.finished() if self._plan.resume else {}
        jobs = {(case.id, n): asker.origin(case) for case, n in self._jobs(self._cases)}
        same = {key: row for key, row in found.items() if row.made_by == jobs.get(key)}
        self._journal.start(list(same.values()))
        return same

    def _run(
        self, asker: Asker, cases: Sequence[Case], done: dict[tuple[str, int], Row]
    ) -> dict[tuple[str, int], Row]:
        _check_articles(asker.pipeline, cases)
        jobs = [(case, n) for case, n in self._jobs(cases) if (case.id, n) not in done]

        def work(job: _Job) -> Row:
            row = asker.row(*job)
            if self._journal:
                self._journal.add(row)
            return row

        at_once = self._plan.concurrency or (1 if asker.made_by["model"] == "none" else _AT_ONCE)
        with ThreadPoolExecutor(at_once) as pool:
            rows = list(self._tracked(pool.map(work, jobs), len(jobs)))
        return {(row.id, row.attempt): row for row in rows}

    def _tracked(self, rows: Iterator[Row], total: int) -> Iterator[Row]:
        if self._quiet or not sys.stderr.isatty():
            return rows
        from rich.console import Console
        from rich.progress import track

        console = Console(file=sys.stderr)
        return iter(track(rows, "Asking", total=total, console=console, transient=True))


def _check_articles(pipeline: Pipeline, cases: Sequence[Case]) -> None:
    known = set(pipeline.library().snapshot().article_ids)
    for case in cases:
        missing = set(case.articles) - known
        if missing:
            raise UsageError(
                f"Case {case.id!r} names articles that are not there: {sorted(missing)}."
            )
