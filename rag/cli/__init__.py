"""The command `rag`. Exit codes: 0 fine, 1 a check or gate failed, 2 wrong usage or input,
3 the library or the endpoint is unusable."""

from rag.cli import (
    asking,
    checking,
    evaluating,
    keeping,
    listening,
    mending,
    moving,
    serving,
    users,
    watching,
)
from rag.cli.app import app, main

__all__ = [
    "app",
    "asking",
    "checking",
    "evaluating",
    "keeping",
    "listening",
    "main",
    "mending",
    "moving",
    "serving",
    "users",
    "watching",
]
