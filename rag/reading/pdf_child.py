"""The text of a PDF, as a program of its own: PDF on standard input, JSON on standard output.

A PDF can ask for any amount of time and memory; what runs here may use so much and no more, and
takes nothing with it when it dies. It imports nothing of ours, so that it starts at once.
"""

from __future__ import annotations

import io
import json
import logging
import sys

_MEMORY = 280_000_000
_MOST_PAGES = 2000
_MOST_TEXT = 6_000_000


def main() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        # No such limits on this system: the parent's time limit and pypdf's own remain.
        pass
    try:
        found = extract(sys.stdin.buffer.read())
    except MemoryError:
        found = {"error": f"it needs more than {_MEMORY // 1_000_000} MB of memory"}
    except RecursionError:
        found = {"error": "it is nested too deeply"}
    except Exception as error:  # pypdf lets its parsers' errors through.
        found = {"error": f"it is no readable PDF ({type(error).__name__})"}
    sys.stdout.write(json.dumps(found))


def extract(data: bytes) -> dict[str, object]:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "it is encrypted; save it without a password"}
    if len(reader.pages) > _MOST_PAGES:
        return {"error": f"it has {len(reader.pages)} pages; {_MOST_PAGES} are the most"}
    pages: list[str] = []
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        pages.append(text)
        length += len(text)
        if length > _MOST_TEXT:
            return {"error": f"it holds more than {_MOST_TEXT} characters"}
    about = reader.metadata
    return {
        "pages": pages,
        "title": str(about.title or "") if about else "",
        "author": str(about.author or "") if about else "",
    }


if __name__ == "__main__":
    main()
