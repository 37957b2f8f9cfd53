"""The search as a LangChain retriever, so that it composes with what users already have."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from rag.retrieval.search import Search
from rag.retrieval.understand import understand
from rag.types import Hit


class GroundwireRetriever(BaseRetriever):
    """`invoke(question)` gives Documents whose metadata carry ids, offsets and scores."""

    search: Any
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        search: Search = self.search
        return [document(hit) for hit in search.find(understand(query), self.k).hits]


def document(hit: Hit) -> Document:
    meta = {key: value for key, value in hit.to_dict().items() if key != "text"}
    return Document(page_content=hit.passage.text, metadata=meta, id=hit.passage.id)
