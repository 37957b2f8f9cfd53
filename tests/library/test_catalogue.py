"""The list of articles: what is found, in which order, and in whichever pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from rag.library.catalogue import UNDATED, Catalogue, Wanted
from rag.library.library import FILE
from rag.library.removal import remove
from rag.library.store import Store
from rag.library.sync import Summary
from rag.settings import Settings

DAYS = ["2020-10-09", "2020-10-30", "2021-01-02", "", "2021-01-02"]


@pytest.fixture
def settings(fill: Callable[..., tuple[Settings, Summary]]) -> Settings:
    files = {
        f"{n}.md": f"---\nid: a{n}\ntitle: Ferry {n} sails\noutlet: {'Gazette' if n % 2 else 'Wire'}\n"
        + (f"published: {day}\n" if day else "")
        + f"---\nThe ferry number {n} left the harbour{' in a storm' if n < 2 else ''}.\n"
        for n, day in enumerate(DAYS)
    }
    return fill(files)[0]


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    with closing(Store(settings.library_path / FILE)) as store:
        yield Catalogue(store)


def ids(catalogue: Catalogue, **wanted: object) -> list[str]:
    return [line.article.id for line in catalogue.find(Wanted(**wanted)).lines]  # type: ignore[arg-type]


def test_newest_first_and_what_has_no_day_last(catalogue: Catalogue) -> None:
    assert ids(catalogue) == ["a2", "a4", "a1", "a0", "a3"]
    assert all(line.passages == 1 for line in catalogue.find(Wanted()).lines)


def test_every_word_must_be_there_in_headline_or_text(catalogue: Catalogue) -> None:
    assert ids(catalogue, words="storms sail") == ["a1", "a0"]
    assert ids(catalogue, words="storm zebra") == []
    # Words that are everywhere filter nothing.
    assert len(ids(catalogue, words="the")) == 5


def test_filters_join_and_the_months_do_not_count_the_period(catalogue: Catalogue) -> None:
    assert ids(catalogue, outlet="Gazette", period=202010) == ["a1"]
    assert ids(catalogue, period=2020) == ["a1", "a0"]
    assert ids(catalogue, period=UNDATED) == ["a3"]
    found = catalogue.find(Wanted(outlet="Wire", period=202010))
    assert found.months == {202010: 1, 202101: 2}
    assert catalogue.find(Wanted()).months == {UNDATED: 1, 202010: 2, 202101: 2}
    assert catalogue.outlets() == {"Gazette": 2, "Wire": 3}


def test_a_page_beyond_the_last_is_the_last(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.library.catalogue.PER_PAGE", 2)
    assert ids(catalogue, page=2) == ["a1", "a0"]
    last = catalogue.find(Wanted(page=99))
    assert (last.page, last.pages, last.total) == (3, 3, 5)
    assert [line.article.id for line in last.lines] == ["a3"]


def test_a_commit_of_another_writer_is_seen(catalogue: Catalogue, settings: Settings) -> None:
    assert "a2" in ids(catalogue)
    remove(settings, ["a2"])
    assert "a2" not in ids(catalogue)
