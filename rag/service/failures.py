"""What went wrong, as a status and one line, in the shape that the caller's door has."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from rag.errors import Busy, RagError, TooMany, UsageError

_log = logging.getLogger(__name__)

BROKEN = "Something went wrong here, and the server's log says what."
OPENAI = "/v1"


@dataclass(frozen=True, slots=True)
class Failure:
    """`retry_after` is in seconds, where coming back is worth it."""

    status: int
    line: str
    retry_after: int | None = None

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """What is not ours goes to the log, and nothing of it to the caller."""
        if isinstance(error, RequestValidationError | ValidationError):
            return cls(422, _first(error))
        if isinstance(error, HTTPException):
            return cls(error.status_code, str(error.detail))
        if isinstance(error, Busy):
            return cls(429 if isinstance(error, TooMany) else 503, str(error), error.seconds)
        if isinstance(error, UsageError):
            return cls(400, str(error))
        if isinstance(error, RagError):
            return cls(503, str(error))
        _log.error("a request failed", exc_info=error)
        return cls(500, BROKEN)

    def body(self, path: str) -> dict[str, Any]:
        line = " ".join(self.line.split())
        if not path.startswith(OPENAI):
            return {"error": line}
        return {"error": {"message": line, "type": self._kind, "param": None, "code": self._code}}

    def response(self, path: str) -> Response:
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return JSONResponse(self.body(path), self.status, headers)

    @property
    def _kind(self) -> str:
        if self.status == 401:
            return "authentication_error"
        if self.status == 429:
            return "rate_limit_error"
        return "server_error" if self.status >= 500 else "invalid_request_error"

    @property
    def _code(self) -> str | None:
        return {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}.get(
            self.status
        )


# A source is a text or an object: one that is neither has an error of each kind.
_ANOTHER_KIND = ("string_type", "model_type", "model_attributes_type")


def _first(error: RequestValidationError | ValidationError) -> str:
    """`question: String should have at least 1 character.`"""
    errors = error.errors()
    first = next((one for one in errors if one["type"] not in _ANOTHER_KIND), errors[0])
    if first["type"] == "json_invalid":
        return "The body is not JSON."
    if tuple(first["loc"]) == ("body",):
        return "The body must be a JSON object, sent with Content-Type: application/json."
    # Between field and field stand the names of the kinds that were tried, as pydantic calls them.
    parts = [str(part) for part in first["loc"] if part != "body"]
    where = ".".join(
        part for part in parts if part.isdigit() or (part.islower() and "-" not in part)
    )
    return f"{where}: {first['msg']}."
