"""Files made to exhaust whoever opens them: refused in one line, in a child with little memory."""

from __future__ import annotations

import gzip
import io
import json
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

MB = 1_000_000
_READ = """
import json, re, resource, sys
from pathlib import Path
from rag.reading.reader import read_sources
from rag.reading.skipped import Skipped
found = list(read_sources([Path(sys.argv[1])]))
# Not ru_maxrss: it would still hold the peak of the process that forked this one.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
said = [f.reason for f in found if isinstance(f, Skipped)]
print(json.dumps({"said": said, "read": len(found) - len(said),
                  "peak": peak * 1024,
                  "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}))
"""


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def document(body: bytes, head: bytes = b"") -> bytes:
    xml = b'<?xml version="1.0"?>' + head + b'<w:document xmlns:w="w"><w:body>' + body
    return zipped({"word/document.xml": xml + b"</w:body></w:document>"})


def laughs() -> bytes:
    lines = [b'<!ENTITY l0 "ha">']
    lines += [b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)]
    return b"<!DOCTYPE x [" + b"".join(lines) + b"]>"


def pdf(contents: bytes, objects: int = 0, filters: bytes = b"/FlateDecode") -> bytes:
    """One page with that (compressed) content, and as many objects more."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter%s/Length %d>>stream\n%s\nendstream" % (filters, len(contents), contents),
        *[b"<</A[" + b"4 0 R " * 5 + b"]>>"] * objects,
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start)
    return bytes(out)


def page_tree() -> bytes:
    """A tree of pages that is its own child."""
    return pdf(zlib.compress(b"")).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "line.txt": ("larger than", lambda: b"word " * (10 * MB)),
    "line.md": ("larger than", lambda: b"word " * (10 * MB)),
    "marks.txt": ("no text", lambda: b"." * (4 * MB)),
    "brackets.md": ("no text", lambda: b"![" * 499_000),
    "comments.md": ("no text", lambda: b"<!--" * 249_000),
    "line.jsonl": ("longer than", lambda: b'{"text": "' + b"word " * (10 * MB) + b'"}\n'),
    "deep.jsonl": ("no JSON", lambda: b"[" * (7 * MB)),
    "zeros.jsonl.gz": ("times its size", lambda: gzip.compress(b"\n" * (200 * MB))),
    "line.csv": ("unreadable", lambda: b'text\n"' + b"word " * (10 * MB) + b'"\n'),
    "deep.html": ("nested deeper", lambda: b"<div>" * 100_000 + b"text"),
    "wide.html": ("tags", lambda: b"<b>a</b>" * 600_000),
    "long.html": ("characters", lambda: b"<p>" + b"word " * (MB + MB // 2)),
    "open.html": ("tags", lambda: b"<a " * MB),
    "deep.xml": ("XML", lambda: b"<rss>" + b"<a>" * 100_000),
    "wide.xml": ("elements", lambda: b"<rss>" + b"<a/>" * (2 * MB) + b"</rss>"),
    "laughs.xml": ("XML", lambda: laughs() + b"<rss>&l9;</rss>"),
    "zeros.docx": ("unpacks to more", lambda: document(b" " * (200 * MB))),
    "wide.docx": ("elements", lambda: document(b"<w:p/>" * (2 * MB))),
    "laughs.docx": ("XML", lambda: document(b"<w:p><w:t>&l9;</w:t></w:p>", laughs())),
    "nozip.docx": ("no Word document", lambda: b"PK\x03\x04" + b"\0" * 1000),
    "zeros.pdf": ("it", lambda: pdf(zlib.compress(b"q " * (100 * MB)))),
    "twice.pdf": (
        "it",
        lambda: pdf(zlib.compress(zlib.compress(b"\0" * (200 * MB))), 0, b"[/FlateDecode/FlateDecode]"),
    ),
    "objects.pdf": ("it", lambda: pdf(zlib.compress(b"q " * 10), 300_000)),
    "loop.pdf": ("it", page_tree),
    "cut.pdf": ("it", lambda: b"%PDF-1.7\n" + b"1 0 obj<<" * 100_000),
    "parts.eml": (
        "mail",
        lambda: b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_it_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    reason, make = BOMBS[name]
    path = tmp_path / name
    path.write_bytes(make())
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        capture_output=True,
        text=True,
        # The promise is 30 s on an idle machine; the bound only keeps a hang from hanging us.
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (30, 30)),
    )
    assert done.returncode == 0, done.stderr[-1000:]
    found = json.loads(done.stdout)
    assert found["read"] == 0 and len(found["said"]) == 1
    assert reason in found["said"][0] and "\n" not in found["said"][0]
    assert max(found["peak"], found["child"]) < 300 * MB, (found, time.monotonic() - begun)
