"""From passages to an answer: extractive, or by a model."""
