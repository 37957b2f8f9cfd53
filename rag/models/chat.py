"""A chat model as LangChain knows it, bounded in time, and its failures in one line."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from rag.errors import EndpointBusy, EndpointError, SettingError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_END = object()
# What a broken or malicious endpoint may send at most.
_LONGEST = 40_000


class Chat(Protocol):
    """What an answer needs of a chat model. Raises EndpointError at any point."""

    name: str

    def stream(
        self, messages: Sequence[tuple[str, str]], deadline: float | None = None
    ) -> Iterator[str]: ...


class Endpoint:
    """`name` is what the user configured, `where` the host that is called."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.llm
        self.where = urlsplit(settings.llm_base_url or "").netloc or settings.llm.partition(":")[0]
        self._deadline = settings.llm_deadline
        self._model = _load(settings)

    def stream(
        self, messages: Sequence[tuple[str, str]], deadline: float | None = None
    ) -> Iterator[str]:
        """Text as it arrives. Raises EndpointError at any point; never later than the deadline.

        The reply is read in a thread, since a slow stream resets every timeout of the client.
        """
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.runnables import RunnableGenerator

        ends = time.monotonic() + (deadline or self._deadline)
        finished: list[str] = []

        def watched(chunks: Iterator[Any]) -> Iterator[Any]:
            for chunk in chunks:
                if reason := chunk.response_metadata.get("finish_reason"):
                    finished.append(str(reason))
                yield chunk

        chain = self._model | RunnableGenerator(watched) | StrOutputParser()
        arrived: queue.Queue[Any] = queue.Queue()
        stop = threading.Event()

        def read() -> None:
            try:
                for text in chain.stream(list(messages)):
                    if stop.is_set():
                        return
                    arrived.put(text)
                arrived.put(_END)
            except Exception as error:
                arrived.put(error)

        threading.Thread(target=read, daemon=True, name="llm-stream").start()
        length = 0
        try:
            while True:
                try:
                    item = arrived.get(timeout=max(0.0, ends - time.monotonic()))
                except queue.Empty:
                    limit = deadline or self._deadline
                    raise EndpointError(
                        self._said(f"gave no whole answer in {round(limit, 1):g} s")
                    ) from None
                if item is _END:
                    break
                if isinstance(item, Exception):
                    raise _kind(item)(self._said(_cause(item))) from None
                length += len(item)
                if length > _LONGEST:
                    raise EndpointError(self._said(f"sent more than {_LONGEST} characters"))
                yield item
        finally:
            stop.set()
        if not length:
            raise EndpointError(self._said("sent an empty answer"))
        if not finished and self.name.startswith("openai:"):
            raise EndpointError(self._said("broke off in the middle of the answer"))

    def _said(self, what: str) -> str:
        return f"The model {self.name!r} at {self.where} {what}."


def _load(settings: Settings) -> BaseChatModel:
    provider, _, model = settings.llm.partition(":")
    if not model:
        raise SettingError(
            f"Setting 'llm' cannot be {settings.llm!r}: say 'none', 'openai:MODEL' or "
            "'PROVIDER:MODEL'."
        )
    if provider == "openai":
        return _openai(model, settings)
    from langchain.chat_models import init_chat_model

    try:
        return init_chat_model(
            model,
            model_provider=provider,
            temperature=settings.llm_temperature,
            max_tokens=settings.llm_max_tokens,
            timeout=settings.llm_deadline,
            max_retries=settings.llm_retries,
        )
    except ImportError as error:
        cause = " ".join(str(error).split())[:200]
        raise SettingError(f"Model {settings.llm!r} needs another package: {cause}") from None
    except Exception as error:  # Each provider checks its key in its own way.
        cause = " ".join(str(error).split())[:200]
        raise SettingError(f"Model {settings.llm!r} cannot be set up: {cause}") from None


def _openai(model: str, settings: Settings) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    if settings.llm_api_key is None and settings.llm_base_url is None:
        raise SettingError(
            f"Model {settings.llm!r} needs a key or an address: set OPENAI_API_KEY, or "
            "RAG_LLM_BASE_URL for a server of your own."
        )
    return ChatOpenAI(
        model=model,
        # Servers without a key still want the header.
        api_key=settings.llm_api_key or SecretStr("none"),
        base_url=settings.llm_base_url,
        temperature=settings.llm_temperature,
        timeout=settings.llm_deadline,
        max_retries=settings.llm_retries,
        use_responses_api=False,
        stream_usage=False,
        # Under its old name: compatible servers refuse the new one.
        extra_body={"max_tokens": settings.llm_max_tokens},
    )


def _kind(error: Exception) -> type[EndpointError]:
    return EndpointBusy if getattr(error, "status_code", None) == 429 else EndpointError


def _cause(error: Exception) -> str:
    """What went wrong in words. The text of an error may quote the key, so little of it is used."""
    status = getattr(error, "status_code", None)
    known = {
        400: "refused the request (400)",
        401: "refused the key (401): check RAG_LLM_API_KEY or OPENAI_API_KEY",
        403: "does not allow this (403)",
        404: "knows no such model or address (404)",
        429: "is over its rate limit (429), also after retries",
    }
    if isinstance(status, int):
        return known.get(status, f"failed with status {status}")
    kinds = {type(e).__name__ for e in _chain_of(error)}
    if any("Timeout" in kind for kind in kinds):
        return "did not answer in time"
    if any("RemoteProtocol" in kind or "IncompleteRead" in kind for kind in kinds):
        return "broke off in the middle of the answer"
    if any("Connect" in kind or "Connection" in kind for kind in kinds):
        return "cannot be reached"
    return f"sent something that cannot be read ({type(error).__name__})"


def _chain_of(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
