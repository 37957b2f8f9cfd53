"""What may be sent to the service: names, types and bounds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=200)]
# The least that is sure to be too long; the setting max_question says what is.
Asked = Annotated[str, Field(min_length=1, max_length=10_000)]
Long = Annotated[str, Field(max_length=50_000)]


class _Strict(BaseModel):
    """A field that is not known is a mistake, and is named."""

    model_config = ConfigDict(extra="forbid")


class Filters(BaseModel):
    """Which articles count."""

    since: date | None = Field(None, description="Nothing published before this day.")
    until: date | None = Field(None, description="Nothing published after this day.")
    outlets: list[Short] | None = Field(None, max_length=50, description="Only these outlets.")
    topics: list[Short] | None = Field(
        None, max_length=50, description="Only articles on one of these topics."
    )
    as_of: date | None = Field(None, description="Answer as on that day.")

    def given(self) -> dict[str, Any]:
        """The options of `Pipeline.ask` that were set."""
        options = {name: getattr(self, name) for name in Filters.model_fields}
        return {name: value for name, value in options.items() if value is not None}


class PastTurn(_Strict):
    """One exchange before the question."""

    question: Asked
    answer: Long = ""


class AskBody(Filters, _Strict):
    """A question, with what was said before it."""

    question: Asked = Field(examples=["Who won the World Cup final in 2022?"])
    history: list[PastTurn] = Field(default=[], max_length=50)
    stream: bool = Field(False, description="Server-sent events instead of one JSON object.")

    def turns(self) -> list[dict[str, Any]]:
        return [turn.model_dump() for turn in self.history]


class SearchBody(Filters, _Strict):
    """Words to look for."""

    query: Asked = Field(examples=["asteroid"])
    k: int = Field(10, ge=1, le=100, description="How many passages.")


class SourceBody(_Strict):
    """A text that may be cited by its place in the list."""

    text: Long
    title: Annotated[str, Field(max_length=1000)] = ""
    published: date | None = None


class CheckBody(_Strict):
    """A text that cites its sources as [1], [2]."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)] = Field(
        examples=["The fee rose by 50 cents. [1]"]
    )
    sources: list[Long | SourceBody] = Field(
        min_length=1, max_length=50, examples=[["The fee rose by 25 cents."]]
    )

    def contexts(self) -> list[Any]:
        return [s if isinstance(s, str) else s.model_dump() for s in self.sources]


class TextPart(BaseModel):
    type: Literal["text"]
    text: Long


class Message(BaseModel):
    """A message of a chat; names, tool calls and the like are let pass and not read."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Long | Annotated[list[TextPart], Field(max_length=50)]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class ChatBody(Filters):
    """A chat completion as OpenAI's clients ask for it, with our filters beside it. What a
    sampler would want (temperature, max_tokens, ...) is let pass and not read."""

    model: Short
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    n: Literal[1, None] = None
