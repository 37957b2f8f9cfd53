"""The MCP tools, by the SDK's own client: over HTTP, and over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

QUESTION = {"question": "Who won the World Cup final in 2022?"}


def with_client(server: Any, use: Callable[[Client], Awaitable[None]]) -> None:
    async def go() -> None:
        async with Client(server) as client:
            await use(client)

    asyncio.run(go())


def test_the_three_tools_answer(url: str) -> None:
    async def use(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == {"ask", "search", "check"}
        answer = await client.call_tool("ask", QUESTION)
        assert answer.structured_content is not None
        assert answer.structured_content["lead"]["text"] == "Argentina"
        assert "[1] The Terrace" in answer.content[0].text  # type: ignore[union-attr]
        found = await client.call_tool("search", {"query": "asteroid", "k": 2})
        assert found.structured_content is not None
        assert len(found.structured_content["hits"]) == 2
        checked = await client.call_tool(
            "check",
            {"text": "The fee rose by 50 cents. [1]", "sources": ["The fee rose by 25 cents."]},
        )
        assert "contradicted" in checked.content[0].text  # type: ignore[union-attr]

    with_client(f"{url}/mcp", use)


def test_a_bad_call_is_a_line_that_the_model_reads(url: str) -> None:
    async def use(client: Client) -> None:
        for arguments, said in [
            ({"question": " "}, "The question is empty"),
            ({"question": "x" * 2001}, "2000 are the most"),
            (
                {"question": "who", "history": [{"answer": "x"}]},
                "history.0.question: Field required.",
            ),
        ]:
            failed = await client.call_tool("ask", arguments)
            assert failed.is_error
            assert said in failed.content[0].text  # type: ignore[union-attr]
            assert "\n" not in failed.content[0].text  # type: ignore[union-attr]

    with_client(f"{url}/mcp", use)


def test_the_same_over_stdio(corpus_library: Path) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from rag.cli import main; main()", "mcp"],
        env={**os.environ, "RAG_LIBRARY": str(corpus_library)},
    )

    async def use(client: Client) -> None:
        answer = await client.call_tool("ask", QUESTION)
        assert answer.structured_content is not None
        assert answer.structured_content["lead"]["text"] == "Argentina"

    with_client(server, use)
