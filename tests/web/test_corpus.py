"""The articles in the page: what it shows, what it does, and what it refuses on the server."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import gradio.utils
import pytest

from rag.errors import UsageError
from rag.library.catalogue import Listed, Listing
from rag.library.library import FILE
from rag.library.store import Store
from rag.library.summary import Summary
from rag.library.sync import ingest
from rag.models.base import Embedder
from rag.pipeline import Pipeline
from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
from rag.settings import Settings
from rag.types import Article, ArticleRef, Passage
from rag.web.corpus.adding import discard, given, is_refusal, job_html
from rag.web.corpus.desk import Desk
from rag.web.corpus.job import Job
from rag.web.corpus.reading import article_html
from rag.web.corpus.shelf import shelf_html
from rag.web.corpus.timeline import timeline_html
from rag.web.corpus.where import Where

ATTACKS = [
    "<script>hit()</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>hit()</scr</script>ipt>",
    '"><script>hit()</script>',
    "'><script>hit()</script>",
    "</textarea><script>hit()</script>",
    "</select><img src=x onerror=hit()>",
    "</option></select><svg onload=hit()>",
    "</title><svg/onload=hit()>",
    "<img src=x onerror=hit()>",
    '<img src="x" onerror="hit()">',
    "<img/src=x/onerror=hit()>",
    "<svg onload=hit()>",
    "<svg><animate onbegin=hit() attributeName=x>",
    "<svg><script>hit()</script></svg>",
    "<math><mtext><img src=x onerror=hit()></math>",
    "<iframe src=javascript:hit()>",
    '<iframe srcdoc="<script>hit()</script>">',
    "<object data=javascript:hit()>",
    "<embed src=javascript:hit()>",
    '" onmouseover="hit()',
    "' onfocus='hit()' autofocus='",
    "` onclick=`hit()",
    '" style="background:url(javascript:hit())',
    "<details open ontoggle=hit()>",
    "<video><source onerror=hit()>",
    "<body onload=hit()>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=javascript:hit()>",
    "<base href=//evil.example>",
    "<form action=javascript:hit()><button>x",
    "<a href=javascript:hit()>x</a>",
    "javascript:hit()",
    "JaVaScRiPt:hit()",
    "java\tscript:hit()",
    "data:text/html,<script>hit()</script>",
    "vbscript:hit()",
    'https://news.example/"onclick=hit()',
    "https://user@news.example/<svg onload=hit()>",
    "&lt;script&gt;hit()&lt;/script&gt;<!--",
    "${hit()}{{hit()}}{%hit()%}",
    "\u202egnp.exe<script>hit()</script>",
    "<style>@import '//evil.example'</style>",
]
INNOCENT = {
    "a", "article", "b", "button", "code", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "form", "h2", "h3", "input", "label", "li", "nav", "ol", "option", "p", "progress",
    "section", "select", "span", "summary", "ul",
}  # fmt: skip


class Walk(HTMLParser):
    """Every element must be one of ours, no attribute a handler, every link one of the page's."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in INNOCENT, tag
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            if name in ("href", "action"):
                assert (value or "").startswith(("articles", "http://", "https://")), value
            if name == "style":
                assert (value or "").startswith("height:"), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def harmless(html: str) -> None:
    walk = Walk()
    walk.feed(html)
    walk.close()


def listing(ref: ArticleRef, months: dict[int, int] | None = None) -> Listing:
    return Listing((Listed(ref, 2),), 1, 1, 3, months or {0: 1, 202010: 2})


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_string_of_an_article_or_an_address_becomes_markup(attack: str) -> None:
    ref = ArticleRef(attack, attack, attack, attack, date(2020, 10, 9), attack)
    article = Article(attack, attack, attack, None, attack, attack, attack, attack, (attack,))
    passage = Passage("p", attack, 0, 0, len(attack), attack, ())
    where = Where(attack, attack, attack, 2, attack)
    harmless(shelf_html(listing(ref), {attack: 3}, where, attack))
    harmless(article_html(article, [passage], [ref], where, removable=True, notice=attack))
    harmless(timeline_html({0: 2, 202010: 1}, where))
    job = Job(lambda progress, stop: Summary(skipped=[Skipped(attack, attack)]), None)
    job.wait(5)
    harmless(job_html(job))


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"q": " fire ", "when": "2020-10", "page": "3"}, Where("fire", "", "2020-10", 3)),
        ({"when": "2020-13"}, Where()),
        ({"when": "undated"}, Where(period="undated")),
        ({"page": "-1"}, Where()),
        ({"page": "٣"}, Where()),
        ({"page": "99999999999999"}, Where()),
        ({"q": "x" * 999}, Where("x" * 300)),
    ],
)
def test_an_address_says_where_one_is_and_nonsense_counts_as_unsaid(
    values: dict[str, str], where: Where
) -> None:
    assert Where.read(values) == where


def test_the_timeline_goes_by_year_where_months_are_too_many() -> None:
    months = {199310: 1, 202211: 4, 202312: 2}
    years = timeline_html(months, Where())
    assert 'href="articles?when=2022"' in years
    assert "Articles a year · most in 2022: 4" in years
    of_2022 = timeline_html(months, Where(period="2022"))
    assert 'aria-label="November 2022: 4 articles"' in of_2022
    assert "Show all dates" in of_2022
    assert "2 articles bear no date" in timeline_html({0: 2}, Where())


@pytest.mark.parametrize(
    ("uploads", "lines", "named"),
    [
        ([], "", "Drop a file"),
        ([], "/etc/passwd", "/etc/passwd"),
        ([], "~/.ssh/id_rsa", "id_rsa"),
        ([], "https://a.example\n../x", "../x"),
        (["a", "b", "c"], "", "3 files"),
        ([], "\n".join(f"https://a.example/{n}" for n in range(201)), "201 addresses"),
    ],
)
def test_what_cannot_be_read_in_is_named(uploads: list[str], lines: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        given(uploads, lines, 2)


def test_discarding_takes_the_file_and_its_folder_alone(tmp_path: Path) -> None:
    for name in ("a/x.md", "b/x.md", "b/other.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    discard([tmp_path / "a/x.md", tmp_path / "b/x.md", tmp_path / "gone.md"])
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")) == ["b", "b/other.md"]


Fill = Callable[..., tuple[Settings, Any]]


@pytest.fixture
def small(fill: Fill) -> Settings:
    return fill({"a.md": "---\nid: ferry\ntitle: Ferry\n---\nThe ferry left the harbour.\n"})[0]


def test_addresses_of_this_disk_are_not_read(small: Settings) -> None:
    pipeline = Pipeline(small)
    desk = Desk(pipeline)
    begun = desk.begin([], "file:///etc/passwd\nhttp://127.0.0.1:1/\nhttp://169.254.169.254/latest")
    *_, last = desk.follow()
    assert not is_refusal(begun)
    assert "3 skipped" in last
    assert pipeline.status()["articles"] == 1
    shown = desk.begin([], "not an address")
    assert is_refusal(shown) and "no address" in shown
    pipeline.close()


def test_a_failure_of_an_ingest_gives_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: Any) -> Summary:
        raise ValueError("secret")

    job = Job(fail, None)
    job.wait(5)
    assert "Something went wrong" in job_html(job)
    assert "secret" not in job_html(job)
    assert "secret" in caplog.text


@pytest.mark.parametrize(
    ("host", "said", "mode"),
    [
        ("127.0.0.1", None, "write"),
        ("127.8.8.8", None, "write"),
        ("::1", None, "write"),
        ("localhost", None, "write"),
        ("0.0.0.0", None, "read"),
        ("::", None, "read"),
        ("news.example", None, "read"),
        ("0.0.0.0", "write", "write"),
        ("127.0.0.1", "off", "off"),
    ],
)
def test_writing_is_for_loopback_unless_it_is_set(host: str, said: Any, mode: str) -> None:
    assert Settings(host=host, corpus_page=said).corpus_mode == mode


UPLOADS = Path(gradio.utils.get_upload_folder()).resolve()

# On the server, by hand: what the page does not offer must not be there either.


_SERVERS = """
import sys
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.web.app import open_page
for mode in ("off", "read", "write"):
    page = open_page(Pipeline(Settings(library=sys.argv[1], port=0, corpus_page=mode)))
    print(str(page.local_url).rstrip("/"), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Settings:
    """A library of two articles, ferry and tram."""
    folder = tmp_path_factory.mktemp("harbour")
    for name in ("ferry", "tram"):
        text = f"---\nid: {name}\ntitle: {name}\n---\nThe {name} left the harbour at noon.\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(library=folder / "library")
    ingest(settings, embedder, read_sources(sorted(folder.glob("*.md"))))
    return settings


@pytest.fixture(scope="module")
def servers(harbour: Settings) -> Iterator[dict[str, str]]:
    """Mode to the address of its page; a process of their own, as Gradio leaves loops open."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVERS, str(harbour.library_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield {mode: process.stdout.readline().strip() for mode in ("off", "read", "write")}
    process.communicate(timeout=30)


def held(settings: Settings) -> set[str]:
    with closing(Store(settings.library_path / FILE)) as store:
        return set(store.hashes())


def call(url: str, data: bytes | None = None, kind: str = "application/json") -> tuple[int, str]:
    request = urllib.request.Request(url, data, {"Content-Type": kind})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")
    except (urllib.error.URLError, ConnectionError):
        # Refused by its size, and the door closed before all of it was sent.
        assert data is not None and len(data) > 1_000_000
        return 413, ""


def upload(url: str, name: str, data: bytes = b"x") -> tuple[int, str]:
    body = (
        f'--cut\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n--cut--\r\n"
    )
    return call(f"{url}/gradio_api/upload", body, "multipart/form-data; boundary=cut")


def run(url: str, n: int, data: list[Any], event: dict[str, Any] | None = None) -> tuple[int, str]:
    body = {"fn_index": n, "data": data, "event_data": event, "session_hash": "s"}
    return call(f"{url}/gradio_api/run/predict", json.dumps(body).encode())


def events(url: str) -> dict[str, int]:
    """Names of the functions of the page that may be called, to their numbers."""
    config = json.loads(call(f"{url}/config")[1])
    return {one["api_name"]: one["id"] for one in config["dependencies"]}


def test_off_there_is_no_page_and_no_file_is_taken(servers: dict[str, str]) -> None:
    url = servers["off"]
    assert call(f"{url}/articles")[0] == 404
    assert upload(url, "a.md", b"x" * 100)[0] == 413
    assert not {"take_out", "join", "after", "go", "arrive"} & events(url).keys()


def test_where_one_only_reads_nothing_can_be_sent_or_taken_out(
    servers: dict[str, str], harbour: Settings
) -> None:
    url = servers["read"]
    assert call(f"{url}/articles")[0] == 200
    assert upload(url, "a.md", b"x" * 100)[0] == 413
    known = events(url)
    assert "go" in known
    assert not {"take_out", "join", "after"} & known.keys()
    for number in range(max(known.values()) + 9):
        run(url, number, [], {"id": "ferry"})
    assert "ferry" in held(harbour)


def test_where_one_writes_an_article_is_taken_out_by_its_id(
    servers: dict[str, str], harbour: Settings
) -> None:
    url = servers["write"]
    known = events(url)
    for nothing in (None, "", "nobody", ["tram"], {"tram": 1}):
        run(url, known["take_out"], [], {"id": nothing})
    assert held(harbour) == {"ferry", "tram"}
    assert "Removed: tram" in run(url, known["take_out"], [], {"id": "tram"})[1]
    assert held(harbour) == {"ferry"}


@pytest.mark.parametrize("kind", ["off", "read", "write"])
def test_no_part_of_the_page_takes_a_path_for_an_upload(servers: dict[str, str], kind: str) -> None:
    """A mounted Gradio did: the file was copied to where it is served from."""
    sent = {"path": "/etc/passwd", "orig_name": "a.md", "meta": {"_type": "gradio.FileData"}}
    for name, number in events(servers[kind]).items():
        said = run(servers[kind], number, [[sent], sent])[1]
        assert "passwd" not in said, name


def test_no_file_of_the_disk_is_read_or_served(
    servers: dict[str, str], harbour: Settings, tmp_path: Path
) -> None:
    url = servers["write"]
    before = held(harbour)
    secret = tmp_path / "secret.md"
    secret.write_text("The secret harbour lies in the north of the bay.", encoding="utf-8")
    begin = max(n for name, n in events(url).items() if name.startswith("begin"))
    for path in (str(secret), "/etc/passwd", f"{UPLOADS}/../..{secret}", "secret.md"):
        sent = {"path": path, "orig_name": "a.md", "meta": {"_type": "gradio.FileData"}}
        assert run(url, begin, [[sent], ""])[0] >= 400
    for path in (secret, harbour.library_path / FILE, "/etc/passwd"):
        for way in ("file=", "file/"):
            assert call(f"{url}/gradio_api/{way}{path}")[0] in (403, 404)
    for name in ("../../../secret.md", "..", "/etc/cron.d/x.md", "..\\..\\x.md", "a/../../x"):
        code, said = upload(url, name)
        taken = [Path(path) for path in json.loads(said)] if code == 200 else []
        assert all(path.resolve().parent.parent == UPLOADS for path in taken), said
        discard(taken)
    assert upload(url, "large.md", b"x" * 21_000_000)[0] == 413
    # Another site's form cannot call: its kind of body is none of ours.
    body = json.dumps({"fn_index": begin, "data": [[], ""]}).encode()
    assert call(f"{url}/gradio_api/run/predict", body, "text/plain")[0] == 422
    assert held(harbour) == before
