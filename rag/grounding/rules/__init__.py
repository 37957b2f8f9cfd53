"""What can be told without reading for meaning: one rule a file."""
