"""A run as people and machines read it: terminal, JUnit, Markdown, one HTML page."""
