"""XML of strangers: no entities, no document types, no network, a bounded number of elements."""

from __future__ import annotations

from typing import Any

from lxml import etree

from rag.errors import ReadError

# A sitemap of the allowed 50,000 addresses has 250,000 elements; each costs about 200 bytes.
_MOST = 500_000
_PIECE = 1 << 16


def parse_xml(data: bytes) -> Any:
    """The root element. Raises ReadError with what is wrong."""
    parser = etree.XMLPullParser(
        events=("start",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
            count += sum(1 for _ in parser.read_events())
            if count > _MOST:
                raise ReadError(f"it holds more than {_MOST} XML elements")
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise ReadError(f"its XML is broken ({str(error)[:150]})") from None
    if root.getroottree().docinfo.doctype:
        raise ReadError("its XML declares a document type, which feeds and documents never need")
    return root


def name_of(element: Any) -> str:
    """The tag without its namespace, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def child_text(element: Any, *names: str) -> str | None:
    """All text of the first child of one of these names that has some, in the order of names."""
    for name in names:
        for child in element:
            if name_of(child) == name and (text := "".join(child.itertext()).strip()):
                return text
    return None
