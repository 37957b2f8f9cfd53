from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingError
from rag.settings import Settings


def test_the_nearer_source_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "groundwire.toml").write_text("top_k = 3\nport = 1\npassage_tokens = 150\n")
    (tmp_path / ".env").write_text("RAG_TOP_K=4\nRAG_PORT=2\n")
    monkeypatch.setenv("RAG_TOP_K", "5")
    found = Settings.load(top_k=None)
    assert (found.top_k, found.port, found.passage_tokens) == (5, 2, 150)
    assert Settings.load(top_k=6).top_k == 6


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RAG_TOPK", "3", "top_k"),
        ("RAG_TOP_K", "many", "'many'"),
        ("RAG_ON_FAILURE", "shout", "'shout'"),
        ("RAG_PORT", "99999", "'99999'"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=said) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text("top_k = ")
    with pytest.raises(SettingError, match=r"groundwire\.toml"):
        Settings.load()


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    settings = Settings.load()
    assert settings.llm_api_key is not None
    assert "very-secret" not in str(settings.shown()) + repr(settings) + str(settings)
