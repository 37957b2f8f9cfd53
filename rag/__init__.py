"""Groundwire: answers over news articles that prove what they say.

>>> import rag
>>> print(rag.ask("When did the fighting break out?"))  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.api import aask, ask, check, search, stream
    from rag.pipeline import Pipeline
    from rag.settings import Settings
    from rag.types import Answer

__all__ = ["Answer", "Pipeline", "Settings", "aask", "ask", "check", "search", "stream"]
__version__ = "0.1.0"

_HOMES = {"Answer": "rag.types", "Pipeline": "rag.pipeline", "Settings": "rag.settings"}


def __getattr__(name: str) -> Any:
    # Loaded when first used, so that `import rag` costs nothing.
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "rag.api")), name)
