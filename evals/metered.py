"""The endpoint under a budget: it waits when it is told to, stops at the cap, and never hides a
failure behind another answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from time import sleep

from rag.errors import EndpointBusy, EndpointError, RagError
from rag.models.chat import Chat

# Seconds before each further try at an endpoint that is over its rate limit.
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
# English text in the tokenizers of today's models, rounded so that a cap errs on the safe side.
_CHARACTERS_PER_TOKEN = 3.5


class RequestFailed(RagError):
    """The endpoint failed. Unlike EndpointError no extractive answer stands in for it."""


class OverBudget(RagError):
    """The cap on tokens or on cost is reached."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens."""

    sent: float = 0.0
    received: float = 0.0


class Budget:
    """Counts tokens by characters, as compatible servers do not all report them. None: no cap."""

    def __init__(
        self,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        price: Price = Price(),
    ) -> None:
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._price = price
        self._lock = Lock()
        self._sent = 0.0
        self._received = 0.0

    @property
    def tokens(self) -> int:
        return round(self._sent + self._received)

    @property
    def cost(self) -> float:
        price = self._price
        return (self._sent * price.sent + self._received * price.received) / 1e6

    def spend(self, sent: int = 0, received: int = 0) -> None:
        """Characters. Raises OverBudget before a request that would go over the cap."""
        with self._lock:
            self._sent += sent / _CHARACTERS_PER_TOKEN
            self._received += received / _CHARACTERS_PER_TOKEN
            if self._max_tokens is not None and self.tokens > self._max_tokens and sent:
                self._sent -= sent / _CHARACTERS_PER_TOKEN
                raise OverBudget(f"The cap of {self._max_tokens:,} tokens is reached.")
            if self._max_cost is not None and self.cost > self._max_cost and sent:
                self._sent -= sent / _CHARACTERS_PER_TOKEN
                raise OverBudget(f"The cap of {self._max_cost:.2f} dollars is reached.")


class Metered:
    """A Chat that costs."""

    def __init__(self, endpoint: Chat, budget: Budget, waits: Sequence[float] = WAITS) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._waits = waits
        self.name = endpoint.name

    def stream(
        self, messages: Sequence[tuple[str, str]], deadline: float | None = None
    ) -> Iterator[str]:
        for wait in (*self._waits, None):
            self._budget.spend(sent=sum(len(text) for _, text in messages))
            begun = False
            try:
                for text in self._endpoint.stream(messages, deadline):
                    begun = True
                    self._budget.spend(received=len(text))
                    yield text
                return
            except EndpointBusy as error:
                if begun or wait is None:
                    raise RequestFailed(str(error)) from None
                sleep(wait)
            except EndpointError as error:
                raise RequestFailed(str(error)) from None
