"""Serves the web chat: `python app.py`. Settings come from RAG_*, .env and groundwire.toml."""

from rag.cli import main
from rag.settings import Settings
from rag.web.app import serve

if __name__ == "__main__":
    main(lambda: serve(Settings.load()))
