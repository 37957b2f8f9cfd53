"""All that is stored of one article."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from rag.library.database import Database
from rag.library.lexical import make_postings
from rag.models.base import Vectors
from rag.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with its passages; row n of `vectors` is of passage n."""

    article: Article
    passages: tuple[Passage, ...]
    vector_ids: tuple[str, ...]
    vectors: Vectors
    story: str
    signature: bytes

    def insert(self, db: Database) -> None:
        article = self.article
        values = (
            article.id,
            article.title,
            article.text,
            article.published.isoformat() if article.published else None,
            article.outlet,
            article.author,
            article.url,
            article.dek,
            json.dumps(article.topics),
            article.source,
            article.content_hash,
            body_hash(article),
            self.story,
            self.signature,
            make_postings(article.title, [passage.text for passage in self.passages]),
            article.language,
        )
        db.execute(f"INSERT INTO articles VALUES ({','.join('?' * len(values))})", values)
        db.execute_many(
            "INSERT INTO passages VALUES (?,?,?,?,?,?,?)",
            [
                (
                    passage.id,
                    article.id,
                    passage.ordinal,
                    passage.start,
                    passage.end,
                    " ".join(f"{s.start}-{s.end}" for s in passage.sentences),
                    vector_id,
                )
                for passage, vector_id in zip(self.passages, self.vector_ids, strict=True)
            ],
        )
        insert_vectors(db, self.vector_ids, self.vectors)


def insert_vectors(db: Database, vector_ids: tuple[str, ...], vectors: Vectors) -> None:
    db.execute_many(
        "INSERT OR REPLACE INTO vectors VALUES (?,?)",
        [(key, row.astype("<f4").tobytes()) for key, row in zip(vector_ids, vectors, strict=True)],
    )


def body_hash(article: Article) -> str:
    return hashlib.sha256(article.text.encode()).hexdigest()
