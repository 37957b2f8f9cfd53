"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

from rich import markup
from rich.console import Console
from rich.table import Table

from rag.explanation import Explanation
from rag.library.doctor import Diagnosis
from rag.library.feedback import Opinion
from rag.library.summary import Summary
from rag.reading.clean import visible
from rag.retrieval.search import Found
from rag.types import Answer, Article, ArticleRef, CheckedSentence, Report, Sentence, Verdict

_COLOURS = {
    Verdict.SUPPORTED: "green",
    Verdict.CONTRADICTED: "red",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.UNCITED: "yellow",
    Verdict.NOT_A_CLAIM: "dim",
}
_SHOWN_REASONS = 12
# Passages beside a refusal, and characters of each.
_NEAREST = 3
_SNIPPET = 160


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def escape(text: str) -> str:
    """What an article, a model or a file says is no markup and steers no terminal."""
    return markup.escape(visible(text))


def credit(article: ArticleRef) -> str:
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else None
    return " · ".join(part for part in (article.outlet, article.title, day) if part)


def show_answer(answer: Answer) -> None:
    out = _console()
    if answer.lead:
        out.print(f"[bold]{escape(answer.lead.shown)}[/bold] [{answer.lead.n}]\n")
    for sentence in answer.sentences:
        _show_sentence(out, sentence, sentence.marked if not sentence.removed else "(removed)")
    if answer.citations:
        out.print()
    for c in answer.citations:
        out.print(f"[bold]\\[{c.n}][/bold] {escape(credit(c.article))}")
        out.print(f"    [dim]{escape(c.article.id)}:{c.start}-{c.end}[/dim]")
    if answer.status == "no_answer" and answer.retrieved:
        out.print("\nThe nearest passages:")
        for hit in answer.nearest[:_NEAREST]:
            text = shorten(hit.passage.text, _SNIPPET, placeholder=" …")
            out.print(f"  {escape(credit(hit.article))}\n    [dim]{escape(text)}[/dim]")
    period = answer.query.period if answer.query else None
    preferred = f"Preferring articles of {period}" if period else ""
    for line in filter(None, (answer.disagreement, preferred, *answer.notes)):
        out.print(f"[dim]{escape(line)}[/dim]")
    mode = "extractive" if answer.mode == "extractive" else str(answer.model)
    out.print(f"[dim]({escape(mode)}, {answer.timings_ms.get('total', 0):.0f} ms)[/dim]")


def _show_sentence(out: Console, sentence: Sentence | CheckedSentence, text: str) -> None:
    colour = _COLOURS[sentence.verdict]
    word = "" if sentence.verdict is Verdict.NOT_A_CLAIM else f" [{colour}]({sentence.verdict})[/]"
    out.print(f"{escape(text)}{word}")
    if sentence.verdict.is_problem or sentence.unscored:
        for reason in sentence.reasons[:_SHOWN_REASONS]:
            out.print(f"    [{colour}]{escape(reason)}[/]")


def show_opinions(opinions: Sequence[Opinion]) -> None:
    out = _console()
    for one in opinions:
        mark = "[green]helpful[/]" if one.thumb == "up" else "[red]not helpful[/]"
        out.print(f"[bold]{escape(one.question)}[/bold]  {mark} [dim]{escape(one.at[:10])}[/dim]")
        for text in (one.answer, one.comment and f"Comment: {one.comment}"):
            if text:
                out.print(f"    {escape(' '.join(text.split()))}")


def show_hits(found: Found) -> None:
    out = _console()
    if found.query.period:
        out.print(f"[dim]Preferring articles of {found.query.period}[/dim]")
    for line in found.query.notes:
        out.print(f"[dim]{escape(line)}[/dim]")
    if not found.hits:
        out.print("Nothing was found.")
    for number, hit in enumerate(found.hits, 1):
        out.print(
            f"[bold]{number}. {escape(credit(hit.article))}[/bold]  [dim]{hit.score:.3f}[/dim]"
        )
        for other in hit.reprints:
            out.print(f"   [dim]also: {escape(credit(other))}[/dim]")
        out.print(f"   {escape(' '.join(hit.passage.text.split())[:300])}…")
        out.print(f"   [dim]{escape(hit.article.id)}:{hit.passage.start}-{hit.passage.end}[/dim]")


def show_report(report: Report) -> None:
    out = _console()
    for sentence in report.sentences:
        _show_sentence(out, sentence, sentence.text)
        # Read was more than the best sentence; who asks for an explanation is shown all of it.
        read = sentence.evidence if sentence.explanation else sentence.evidence[:1]
        for evidence in read:
            out.print(f"    [dim]\\[{evidence.context + 1}] “{escape(evidence.text)}”[/dim]")
        if sentence.explanation:
            _show_explanation(out, sentence.explanation, "    ")
    rate = report.faithfulness
    said = "nothing to check" if rate is None else f"faithfulness {rate:.0%}"
    lost = f", {report.unscored} unscored" if report.unscored else ""
    out.print(f"{report.claims} claims, {said}{lost}")


def _show_explanation(out: Console, told: Explanation, indent: str) -> None:
    """Who judged, what the model and the rules said, what each counted for."""

    def line(text: str) -> None:
        out.print(f"{indent}[dim]{escape(text)}[/dim]")

    line(f"{told.checker}: {told.verdict}, score {told.score:.3f}")
    if told.note:
        line(f"  {told.note}")
    if told.supported is not None and told.contradicted is not None:
        line(f"  the model: supported {told.supported:.3f}, contradicted {told.contradicted:.3f}")
    for finding in told.findings:
        line(
            f"  rule {finding.rule} ({'conflict' if finding.conflict else 'miss'}): {finding.reason}"
        )
    if told.shares:
        line("  in log-odds of being supported, the greatest first:")
        for share in sorted(filter(lambda s: s.adds, told.shares), key=lambda s: -abs(s.adds)):
            line(
                f"    {share.feature:<9} {share.value:+8.3f} × {share.weight:+.3f} = {share.adds:+.3f}"
            )
        line(f"    {'bias':<9} {'':>17} = {told.bias:+.3f}")
    if told.weighed is not None and told.threshold is not None:
        capped = ", capped by a conflict" if told.score < told.weighed else ""
        line(f"  weighed {told.weighed:.3f}; supported from {told.threshold:.2f}{capped}")
    for part in told.parts:
        _show_explanation(out, part, f"{indent}  ")


def show_article(article: Article) -> None:
    out = _console()
    out.print(f"[bold]{escape(article.title)}[/bold]")
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else ""
    told = " · ".join(part for part in (article.outlet, article.author, day, article.url) if part)
    out.print(f"[dim]{escape(told or article.id)}[/dim]\n")
    out.print(escape(article.text))


def show_summary(summary: Summary) -> None:
    out = _console()
    table = Table("added", "updated", "unchanged", "removed", "skipped", "passages", "seconds")
    table.add_row(
        *(
            str(n)
            for n in (
                summary.added,
                summary.updated,
                summary.unchanged,
                summary.removed,
                len(summary.skipped),
            )
        ),
        str(summary.passages),
        f"{summary.seconds:.1f}",
    )
    out.print(table)
    foreign = [f"{code} {n}" for code, n in summary.languages.most_common() if code != "en"]
    if foreign:
        out.print(
            f"In other languages than English: {', '.join(foreign)}. They can be searched by their "
            "words; the embedded models read English only."
        )
    for skipped in summary.skipped[:_SHOWN_REASONS]:
        out.print(f"Skipped {escape(skipped.source)}: {escape(skipped.reason)}")
    if len(summary.skipped) > _SHOWN_REASONS:
        out.print(f"... and {len(summary.skipped) - _SHOWN_REASONS} more; --json lists them all.")


def show_diagnosis(diagnosis: Diagnosis) -> None:
    out = _console()
    for difference in diagnosis.differences:
        out.print(escape(str(difference)))
    count = len(diagnosis.differences)
    said = f"{count} differences: `rag doctor --repair` mends them" if count else "all is well"
    out.print(f"{diagnosis.passages} passages, {said}")


def show_table(values: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    for key, value in values.items():
        table.add_row(key, escape("" if value is None else str(value)))
    _console().print(table)
