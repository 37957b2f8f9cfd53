from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
from rag.types import Article


def read(path: Path) -> list[Article | Skipped]:
    return list(read_sources([path]))


def one(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article), found
    return found


def skipped(path: Path) -> str:
    (found,) = read(path)
    assert isinstance(found, Skipped), found
    return found.reason


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_markdown_front_matter(tmp_path: Path) -> None:
    text = (
        "---\ntitle: A title\npublished: 2020-10-09\noutlet: Northern Wire\nauthor: World desk\n"
        "slug: a-slug\ntopics: [one, two]\n---\n## Head\n\nThe **bold** [link](http://x.y/z) text is"
        " here.\n"
    )
    article = one(write(tmp_path, "a.md", text))
    assert (article.id, article.title, article.outlet) == ("a-slug", "A title", "Northern Wire")
    assert article.published == date(2020, 10, 9)
    assert article.topics == ("one", "two")
    assert article.text == "Head\n\nThe bold link text is here."


def test_plain_text_is_told_apart(tmp_path: Path) -> None:
    text = (
        "Ministers meet in the capital as talks go on\n\n"
        "The aim is to show that a deal can still be made.\n\n"
        "The minister arrives at the residence. (photo credit: AGENCY)\n"
        "The minister arrives at the residence.\n(photo credit: AGENCY)\n"
        "The talks began on Monday in the old town hall, with delegations from five countries at one "
        "long table and a crowd of reporters outside.\n"
        "They are to end on Friday, officials said, though nobody expects a signature before the "
        "autumn at the earliest.\n"
    )
    article = one(write(tmp_path, "talks.txt", text))
    assert article.title == "Ministers meet in the capital as talks go on"
    assert article.dek == "The aim is to show that a deal can still be made."
    assert article.text.startswith("The talks began on Monday")
    assert "residence" not in article.text and "credit" not in article.text
    assert article.published is None


def test_html_gives_the_article_and_its_own_date(tmp_path: Path) -> None:
    body = "".join(
        f"<p>Paragraph {n} of the story tells what the council decided on the bridge.</p>"
        for n in range(6)
    )
    page = (
        '<html><head><title>Bridge</title><meta property="og:title" content="Council saves bridge">'
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":'
        '"2021-05-04T08:00:00Z"}</script></head><body><nav>Home Sport Weather</nav>'
        f"<article><h1>Council saves bridge</h1>{body}</article><footer>Cookies</footer></body></html>"
    )
    article = one(write(tmp_path, "a.html", page))
    assert article.title == "Council saves bridge"
    assert article.published == date(2021, 5, 4)
    assert "council decided" in article.text and "Weather" not in article.text


def test_html_without_a_date_stays_undated(tmp_path: Path) -> None:
    text = "<p>The council met and decided that the old bridge would be kept for the town.</p>" * 5
    page = f"<html><body><article><h1>Bridge</h1>{text}</article></body></html>"
    assert one(write(tmp_path, "a.html", page)).published is None


def test_dumps_keep_given_ids_and_skip_bad_rows(tmp_path: Path) -> None:
    rows = [
        {"id": "x/1", "title": "T", "published": "2022-06-17", "text": "Some text stands here."},
        {"title": "No text"},
        {"id": "x/2", "text": "Another text stands here.", "published": "03/04/2020"},
        {"text": "A row without a name has an id of its own."},
    ]
    raw = "\n".join([*(json.dumps(r) for r in rows), "{broken"])
    (tmp_path / "d.jsonl.gz").write_bytes(gzip.compress(raw.encode()))
    found = read(tmp_path / "d.jsonl.gz")
    articles = [f for f in found if isinstance(f, Article)]
    reasons = [f"{f.source} {f.reason}" for f in found if isinstance(f, Skipped)]
    assert articles[0].id == "x/1" and len(articles) == 2
    assert any(":2" in r and "text" in r for r in reasons)
    assert any(":3" in r and "03/04/2020" in r and "YYYY-MM-DD" in r for r in reasons)
    assert any(":5" in r and "JSON" in r for r in reasons)


def test_csv(tmp_path: Path) -> None:
    text = 'id,title,text\n7,T,"A first line,\nand a second one here."\n'
    article = one(write(tmp_path, "a.csv", text))
    assert (article.id, article.text) == ("7", "A first line,\nand a second one here.")
    assert "column 'text'" in skipped(write(tmp_path, "b.csv", "a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "no text"),
        ("a.txt", b"\x00\x01\x02\xff" * 50, "no text in UTF-8"),
        ("a.md", "---\ntitle: a: b: c\n---\nSome body text is here.", "front matter is broken"),
        ("a.md", "---\ntitle: x\nSome body text is here.", "no closing line"),
        ("a.md", "---\npublished: soon\n---\nSome body text is here.", "'soon'"),
        ("a.xyz", "text", "unknown format"),
        ("a.html", "<div>" * 100_000, "nested deeper"),
    ],
)
def test_bad_files_are_named_with_the_reason(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    assert reason in skipped(write(tmp_path, name, content))


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    assert "no such file" in skipped(tmp_path / "nothing.txt")
    (tmp_path / "empty").mkdir()
    assert "holds no files" in skipped(tmp_path / "empty")


def test_other_encodings(tmp_path: Path) -> None:
    text = "Héadline of the day\n\nThe café’s owner said “no” to the offer of the town.\n"
    for name, encoding in (("a.txt", "utf-16"), ("b.txt", "cp1252"), ("c.txt", "utf-8-sig")):
        assert "café’s owner" in one(write(tmp_path, name, text.encode(encoding))).text


def test_two_files_of_one_name_are_two_articles(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "story.txt", f"Headline {folder}\n\nThe text of {folder} is here.")
    ids = {a.id for a in read(tmp_path) if isinstance(a, Article)}
    assert len(ids) == 2


def test_links_that_loop_end(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "Headline here\n\nThe text of this is here.")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert len(read(tmp_path)) == 1
