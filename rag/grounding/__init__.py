"""Whether what was said stands in what was cited."""
