"""What the page's own buttons ask for: one JSON object of texts, from a browser and so untrusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# A conversation that is opened again is the longest of them.
MAX_ACT = 4_000_000


def read_act(raw: Any) -> Mapping[str, str]:
    """Empty for whatever is no object of texts; what acts on it looks at each value itself."""
    if not isinstance(raw, str) or len(raw) > MAX_ACT:
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}
