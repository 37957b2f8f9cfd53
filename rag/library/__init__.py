"""The library: SQLite is the source of truth, Chroma a cache of vectors that can be rebuilt."""
