"""PDF, Word, mail and pages: what is text, and what the document says of itself."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from rag.reading.docx import read_docx
from rag.reading.facts import page_facts
from rag.reading.html import article_from_html, read_html
from rag.reading.newsletter import read_newsletter
from rag.reading.pdf import read_pdf
from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
from rag.reading.text import read_text

BODY = "The council decided on Monday to keep the old bridge over the river open until the autumn."


def write_pdf(path: Path, pages: list[list[str]], title: str = "") -> Path:
    """Lines in Helvetica, one stream a page, by hand: what pypdf reads is what stands here."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F 12 Tf 14 TL 50 700 Td {shown}ET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {len(objects) + 2} 0 R"
            "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    objects.append(f"<</Title({title})/Author(World desk)/CreationDate(D:20250101)>>")
    out, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj{one} endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    out += (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R"
        f"/Info {size - 1} 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    )
    path.write_bytes(out.encode("latin-1"))
    return path


def test_a_pdf_gives_paragraphs_without_heads_and_feet(tmp_path: Path) -> None:
    pages = [
        ["Northern Wire", f"Part {n}: the council decided on Monday to keep the old", "bridge over the ri-", "ver open.", f"Page {n}"]
        for n in (1, 2, 3)
    ]  # fmt: skip
    article = read_pdf(write_pdf(tmp_path / "a.pdf", pages, "The bridge stays"))
    assert (article.title, article.author) == ("The bridge stays", "World desk")
    assert article.text.split("\n\n") == [
        f"Part {n}: the council decided on Monday to keep the old bridge over the river open."
        for n in (1, 2, 3)
    ]
    # When the file was made is not when the article was published.
    assert article.published is None


def test_pictures_only_are_no_article(tmp_path: Path) -> None:
    (found,) = read_sources([write_pdf(tmp_path / "a.pdf", [[]])])
    assert isinstance(found, Skipped) and "OCR" in found.reason


def test_word(tmp_path: Path) -> None:
    def paragraph(text: str, style: str = "") -> str:
        mark = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{mark}<w:r><w:t>{text}</w:t></w:r></w:p>"

    body = (
        paragraph("The bridge stays", "Title")
        + paragraph("By World desk")
        + paragraph("May 4, 2021")
        + paragraph(BODY)
        + "<w:p><w:r><w:t>It will be</w:t><w:tab/><w:delText>never </w:delText><w:t>open.</w:t></w:r></w:p>"
    )
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>',
        )
        archive.writestr(
            "docProps/core.xml",
            '<c xmlns:dc="urn:dc"><dc:title>Other</dc:title><dc:created>2025-01-01</dc:created></c>',
        )
    article = read_docx(tmp_path / "a.docx")
    assert (article.title, article.author) == ("The bridge stays", "World desk")
    assert article.published == date(2021, 5, 4)
    assert article.text == f"{BODY}\n\nIt will be open."


def newsletter(page: str | None) -> bytes:
    message = EmailMessage()
    message["Subject"] = "The week in the council – №4"
    message["From"] = "Northern Wire <news@wire.example.com>"
    message["Date"] = "Tue, 04 May 2021 08:00:00 +0200"
    message["Message-ID"] = "<week-4@wire.example.com>"
    message.set_content(
        f"View this email in your browser\n\n{BODY}\n\n"
        "You are receiving this email because\nyou signed up. Unsubscribe here\n"
    )
    if page:
        message.add_alternative(page, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    "page",
    [
        None,
        f"<table><tr><td>View in browser</td></tr><tr><td><table><tr><td>{BODY}</td></tr>"
        "<tr><td>Unsubscribe</td></tr></table></td></tr></table>",
    ],
)
def test_a_newsletter(page: str | None, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(newsletter(page))
    article = read_newsletter(tmp_path / "a.eml")
    assert article.title == "The week in the council – №4"
    assert (article.published, article.outlet) == (date(2021, 5, 4), "Northern Wire")
    assert (article.id, article.text) == ("week-4@wire.example.com", BODY)
    assert not article.dek


def facts(markup: str) -> dict[str, object]:
    from lxml import html

    return page_facts(html.fromstring(markup), "https://wire.example.com/a/b")


def test_json_ld_goes_before_meta_tags() -> None:
    found = facts(
        '<html><head><meta property="og:title" content="Meta"><meta name="author" content="Desk">'
        '<meta property="article:published_time" content="2020-01-01"><script '
        'type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"no"},{"@type":'
        '["NewsArticle"],"headline":"Json","author":[{"name":"A. Writer"},{"name":"B. Writer"}],'
        '"publisher":{"name":"Wire"},"datePublished":"2021-05-04T23:30:00-05:00",'
        '"mainEntityOfPage":{"@id":"/json"}}]}</script>'
        '<link rel="canonical" href="/canonical"></head><body></body></html>'
    )
    assert (found["title"], found["author"]) == ("Json", "A. Writer, B. Writer")
    assert (found["outlet"], found["published"]) == ("Wire", date(2021, 5, 4))
    assert found["url"] == "https://wire.example.com/json"


@pytest.mark.parametrize(
    "broken", ["{", '{"@type":"NewsArticle","author":7}', "[" * 50_000, "null"]
)
def test_broken_json_ld_leaves_the_meta_tags(broken: str) -> None:
    found = facts(
        f'<html><head><script type="application/ld+json">{broken}</script>'
        '<meta name="author" content="https://profile.example.com/x">'
        '<meta property="og:title" content="Meta"></head><body></body></html>'
    )
    assert found["title"] == "Meta" and "author" not in found


def test_banners_and_credits_go(tmp_path: Path) -> None:
    page = (
        '<html><body class="cookies-on"><div id="Cookie-banner"><p>We use cookies to improve.</p>'
        f"<button>Accept all</button></div><article><h1>Bridge</h1>{f'<p>{BODY}</p>' * 3}"
        "<figure><img><figcaption>The bridge in May.</figcaption></figure>"
        "<p>The bridge. (Photo: Northern Wire)</p><p>Sign up for our letter</p>"
        "<p>This website uses cookies to measure its use.</p></article></body></html>"
    )
    (tmp_path / "a.html").write_text(page)
    assert set(read_html(tmp_path / "a.html").text.split("\n\n")) == {BODY}


def test_a_sentence_that_begins_like_a_notice_stays(tmp_path: Path) -> None:
    said = (
        "Related costs rose by 5 million crowns last year.",
        "Advertisement of the post begins in May.",
        "You are receiving visitors, the mayor told them.",
    )
    gone = ("Advertisement", "Related stories: the ferry strike", "Related: tolls to rise")
    (tmp_path / "a.txt").write_text("\n".join(("The budget", BODY, *said, *gone)))
    assert read_text(tmp_path / "a.txt").text == "\n\n".join((BODY, *said))


def test_a_year_in_the_foot_is_no_date() -> None:
    page = f"<html><body><article>{f'<p>{BODY}</p>' * 4}</article><footer>© 2019 Wire</footer></body></html>"
    assert article_from_html(page, "a", Path("a")).published is None


def test_a_damaged_zip_is_one_line(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<d/>" * 999)
    damaged = bytearray(out.getvalue())
    damaged[60:70] = b"\xff" * 10
    (tmp_path / "a.docx").write_bytes(damaged)
    (found,) = read_sources([tmp_path / "a.docx"])
    assert isinstance(found, Skipped) and "Word document" in found.reason
