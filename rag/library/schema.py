"""The tables of a library and the version that they bear."""

from __future__ import annotations

VERSION = 1

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    outlet TEXT,
    author TEXT,
    url TEXT,
    dek TEXT,
    topics TEXT NOT NULL,
    source TEXT,
    content_hash TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    -- Articles of one story (reprints of each other) share the id of the first of them.
    story TEXT NOT NULL,
    signature BLOB NOT NULL,
    -- Terms of the passages and the headline, for the lexical index.
    postings BLOB NOT NULL
);
CREATE INDEX articles_body ON articles (body_hash);
CREATE INDEX articles_source ON articles (source);
CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    -- Sentence bounds, "start-end" pairs joined by spaces.
    sentences TEXT NOT NULL,
    vector_id TEXT NOT NULL UNIQUE
) WITHOUT ROWID;
CREATE INDEX passages_article ON passages (article_id, ordinal);
-- Vectors that Chroma may hold and must not: written ahead of a commit, or left behind by one.
CREATE TABLE stale_vectors (vector_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
