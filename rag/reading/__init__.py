"""From files to articles: one reader per format."""
