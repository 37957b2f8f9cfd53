"""The one place that reads the environment: arguments, then RAG_*, then .env, then groundwire.toml."""

from __future__ import annotations

import difflib
import os
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from rag.errors import SettingError

PREFIX = "RAG_"
TOML = "groundwire.toml"
# The names that every OpenAI-compatible tool reads; ours (RAG_LLM_API_KEY, ...) win over them.
BORROWED = {"OPENAI_API_KEY": "llm_api_key", "OPENAI_BASE_URL": "llm_base_url"}


def default_library() -> Path:
    return user_data_path("groundwire", appauthor=False) / "library"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("there is no such user") from None


def _listed(value: Any) -> Any:
    """A variable of the environment holds a list as words between commas."""
    return [one.strip() for one in value.split(",")] if isinstance(value, str) else value


Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]


class Settings(BaseModel):
    """What a user may change, and nothing else. `Settings(...)` takes the arguments as they are;
    `Settings.load(...)` also reads the environment and the files."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    # Where the library lives. None: the user's data folder, filled with the sample corpus on first use.
    library: Annotated[Path | None, AfterValidator(lambda p: p and _expanded(p))] = None
    # "embedded", "hub:<sentence-transformers model or folder>" or "openai:<model>" (the endpoint below).
    embedder: str = "embedded"
    # Tokens of the embedding model in one passage; 200 leaves room for headline and date below 256.
    passage_tokens: int = Field(200, ge=40, le=1000)
    # "none", or "hub:<CrossEncoder model or folder>".
    reranker: str = "none"
    # "embedded": rules joined with a small model that reads. "rules": without the model.
    # "hub:<model or folder>", "llm:<model as in llm>", or "all:<one>,<other>": the weakest verdict.
    checker: str = "embedded"
    # "none" (extractive answers) or "openai:<model>" or "<provider>:<model>" as LangChain knows it.
    llm: str = "none"
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    # 0 makes the same question give the same answer as far as the endpoint allows.
    llm_temperature: float = Field(0.0, ge=0, le=2)
    llm_max_tokens: int = Field(700, ge=16)
    # One wall clock for the whole answer in seconds: a slow stream resets every read timeout.
    llm_deadline: float = Field(60.0, gt=0)
    llm_retries: int = Field(2, ge=0, le=10)
    # Passages that an answer may rest on; 8 of about 200 tokens fit every model's context.
    top_k: int = Field(8, ge=1, le=50)
    # What happens to a sentence that fails the check.
    on_failure: Literal["flag", "remove", "refuse"] = "flag"
    # Below this confidence an extractive answer is "not in this corpus".
    min_confidence: float = Field(0.35, ge=0, le=1)
    # Dates and outlets named in the question narrow the search.
    understand: bool = True
    # A Chroma server as http://host:port; None keeps the vectors in a folder of the library.
    chroma_url: str | None = None
    # Hosts and networks inside (wiki.example.lan, 10.1.0.0/16) that may be fetched from. Nothing by
    # default: a link in a public feed must not reach into the network that this runs in.
    fetch_allow: Words = ()
    # Seconds for one page with its redirects, megabytes of it (unpacked), pages of one feed or
    # sitemap: a news page takes one second and one megabyte.
    fetch_timeout: float = Field(30.0, gt=0)
    fetch_max_mb: float = Field(20.0, gt=0)
    fetch_max_pages: int = Field(500, ge=1)
    # The chat listens on loopback unless told otherwise.
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    # The page "Articles" beside the chat. "write": visitors add and remove articles; "read": they
    # search and read them; "off": there is no such page. Not set, it is "write" where the chat
    # listens on loopback and "read" elsewhere. A proxy that others can reach makes a loopback
    # address public: set "read" or "off" behind one.
    corpus_page: Literal["off", "read", "write"] | None = None
    # Megabytes of one file that is dropped there, and files at once: a dump of 5,000 articles has 15.
    upload_max_mb: float = Field(20.0, gt=0)
    upload_max_files: int = Field(20, ge=1)
    # Answers that may run at once in the chat and the API together, and how many may wait.
    concurrency: int = Field(4, ge=1)
    queue: int = Field(64, ge=1)
    # Characters of one question; a question is a few sentences, what is longer is a document.
    max_question: int = Field(2000, ge=100, le=4000)
    # Questions, searches and checks a minute for each user (without login: each address); 0 is no limit.
    rate_limit: int = Field(0, ge=0)
    # Names that the server may be called by, where it listens on loopback: a page elsewhere could give
    # its own name the address 127.0.0.1 and so reach into this one. Name a proxy's public host here.
    allowed_hosts: Words = ()
    # Lines NAME:HASH as `rag user add` makes them. With it the page and the API ask for a login.
    auth_file: Annotated[Path | None, AfterValidator(lambda p: p and _expanded(p))] = None

    @property
    def library_path(self) -> Path:
        return self.library or default_library()

    @property
    def on_loopback(self) -> bool:
        """Whether the chat listens to this machine alone."""
        return _is_loopback(self.host)

    @property
    def corpus_mode(self) -> Literal["off", "read", "write"]:
        """What of the page "Articles" is served, where nothing is set as well."""
        return self.corpus_page or ("write" if self.on_loopback else "read")

    @classmethod
    def load(cls, **arguments: Any) -> Settings:
        """Arguments that are None count as not given. Raises SettingError with one line."""
        merged: dict[str, Any] = {}
        origin: dict[str, str] = {}
        for source, values in _sources():
            for key, value in values.items():
                merged[key], origin[key] = value, source
        for key, value in arguments.items():
            if value is not None:
                merged[key], origin[key] = value, "argument"
        for key in merged:
            if key not in cls.model_fields:
                raise SettingError(_unknown(key, origin[key]))
        try:
            return cls(**merged)
        except ValidationError as error:
            raise SettingError(_explain(error, origin)) from None

    def shown(self) -> dict[str, Any]:
        """The effective values, secrets masked."""
        out = self.model_dump(mode="json")
        out["library"] = str(self.library_path)
        out["corpus_page"] = self.corpus_mode
        if self.llm_api_key is not None:
            out["llm_api_key"] = "********"
        return out


def _sources() -> list[tuple[str, dict[str, Any]]]:
    """Weakest first."""
    toml: dict[str, Any] = {}
    if Path(TOML).is_file():
        try:
            toml = tomllib.loads(Path(TOML).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingError(f"{TOML} cannot be read ({error}); mend or remove it.") from None
    try:
        dotenv = dotenv_values(".env") if Path(".env").is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f".env cannot be read ({error}); mend or remove it.") from None
    return [
        (TOML, toml),
        (".env", _from_names(dotenv)),
        ("environment", _from_names(dict(os.environ))),
    ]


def _from_names(names: dict[str, str | None]) -> dict[str, Any]:
    found: dict[str, Any] = {
        setting: names[name] for name, setting in BORROWED.items() if names.get(name)
    }
    for name, value in names.items():
        if name.startswith(PREFIX) and name != "RAG_BENCH_DATA" and value:
            found[name[len(PREFIX) :].lower()] = value
    return found


def _unknown(key: str, source: str) -> str:
    name = f"{PREFIX}{key.upper()}" if source in (".env", "environment") else key
    near = difflib.get_close_matches(key, list(Settings.model_fields), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`rag config` lists the known ones."
    return f"Unknown setting {name!r} ({source}): {hint}"


def _explain(error: ValidationError, origin: dict[str, str]) -> str:
    first = error.errors()[0]
    key = str(first["loc"][0])
    given = first["input"]
    value = "********" if "key" in key else repr(str(given) if isinstance(given, Path) else given)
    source = origin.get(key, "argument")
    return f"Setting {key!r} ({source}) cannot be {value}: {first['msg'].removeprefix('Value error, ')}."
