"""What a visitor gave to be read in, checked; and how far that is, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError
from rag.library.summary import Summary
from rag.reading.names import printable
from rag.reading.reader import is_address
from rag.reading.skipped import Skipped
from rag.web.corpus.job import Job
from rag.web.markup import counted, esc, joined

# Reasons that are shown; the rest is counted.
_SHOWN = 20
_MOST_ADDRESSES = 200
# The browser looks for it too (page.py): what was refused stays in the form.
REFUSED = "gw-refused"


@dataclass(frozen=True, slots=True)
class Given:
    uploads: tuple[Path, ...]
    addresses: tuple[str, ...]


def given(uploads: Sequence[str], lines: str, most_files: int) -> Given:
    """`lines` holds one address a line. Raises UsageError with what is wrong."""
    if len(uploads) > most_files:
        raise UsageError(f"{len(uploads)} files are too many at once: {most_files} are the most.")
    addresses = [line.strip() for line in lines.splitlines() if line.strip()]
    for one in addresses:
        if not is_address(one):
            raise UsageError(f"“{printable(one[:100])}” is no address: it begins with https://.")
    if len(addresses) > _MOST_ADDRESSES:
        raise UsageError(
            f"{len(addresses)} addresses are too many at once: {_MOST_ADDRESSES} are the most."
        )
    if not uploads and not addresses:
        raise UsageError("Drop a file or write an address first.")
    return Given(tuple(map(Path, uploads)), tuple(dict.fromkeys(addresses)))


def discard(uploads: Sequence[Path]) -> None:
    """Nothing of what was sent stays on the disk but what the library took."""
    for path in uploads:
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


def job_html(job: Job | None) -> str:
    if job is None:
        return ""
    if job.running:
        return _running(job)
    if job.error is not None:
        return f'<p class="gw-error" role="alert">{esc(job.error)}</p>'
    return _ended(job.summary, job.stopping)


def refused_html(error: UsageError) -> str:
    return f'<p class="gw-error {REFUSED}" role="alert">{esc(error)}</p>'


def is_refusal(shown: str | None) -> bool:
    return REFUSED in (shown or "")


def _running(job: Job) -> str:
    seen, total = job.summary.seen, job.total
    known = total is not None and total >= seen
    bar = f' value="{seen}" max="{max(total or 1, 1)}"' if known else ""
    of = f"{seen:,} of {total:,} articles" if known else f"{counted(seen, 'article')} read"
    rate = seen / max(job.seconds, 0.1)
    left = f"about {_duration(((total or 0) - seen) / rate)} left" if known and seen else ""
    said = joined((of, f"{rate:.1f} a second" if seen else "", left))
    if job.stopping:
        said = f"Stopping after this article: {seen:,} read."
    return (
        f'<div class="gw-job"><progress aria-label="Articles read"{bar}></progress>'
        f"<p>{esc(said)}</p></div>"
    )


def _duration(seconds: float) -> str:
    """
    >>> _duration(75)
    '1 min 15 s'
    """
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def _ended(summary: Summary, stopped: bool) -> str:
    counts = (
        (summary.added, "added"),
        (summary.updated, "updated"),
        (summary.unchanged, "unchanged"),
        (len(summary.skipped), "skipped"),
    )
    said = joined(f"{count:,} {word}" for count, word in counts if count) or "Nothing was read"
    end = "Stopped" if stopped else "Done"
    return (
        f'<div class="gw-job-done"><p role="status"><b>{end}.</b> {said}'
        f" <span>in {_duration(summary.seconds)}</span></p>{_reasons(summary.skipped)}</div>"
    )


def _reasons(skipped: Sequence[Skipped]) -> str:
    items = [
        f"<li><b>{esc(one.source[:200])}</b>: {esc(one.reason[:300])}</li>"
        for one in skipped[:_SHOWN]
    ]
    if rest := len(skipped) - len(items):
        items.append(f"<li>and {rest:,} more</li>")
    return f'<ul class="gw-skipped" aria-label="Skipped">{"".join(items)}</ul>' if items else ""
