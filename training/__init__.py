"""How the embedded models were made. Nothing of `rag` imports this."""
