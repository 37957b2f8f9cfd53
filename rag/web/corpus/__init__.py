"""The page "Articles": the library to search, to read and, where that is set, to change."""
