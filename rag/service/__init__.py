"""The chat as a service: REST, an OpenAI-compatible endpoint, MCP tools; login and limits."""
