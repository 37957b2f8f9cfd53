"""Models: the embedded ones, and the way to any other."""
