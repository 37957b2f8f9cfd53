"""Every error that a user may see. Each message is one line: the value that was wrong and the remedy."""

from __future__ import annotations


class RagError(Exception):
    """Base of ours; `exit_code` is what the command line returns."""

    exit_code = 3


class UsageError(RagError):
    """The caller asked for something that cannot be: a bad option, a bad row, a bad date."""

    exit_code = 2


class SettingError(UsageError):
    """A setting is unknown or its value is not allowed."""


class ReadError(UsageError):
    """A source could not be read as articles."""


class FetchError(ReadError):
    """An address may not be fetched, or what it gave is of no use. `status` is HTTP's, if any."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LibraryError(RagError):
    """The library is missing, broken, or made by other settings."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class ModelError(RagError):
    """A model is missing or does not do what was asked of it."""


class EndpointError(RagError):
    """The configured LLM endpoint failed or took too long."""


class EndpointBusy(EndpointError):
    """The endpoint is over its rate limit; later it may answer."""


class Busy(RagError):
    """Too many questions wait already. `seconds` says when it is worth asking again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class TooMany(Busy):
    """One user asked more often than the rate limit lets them."""
