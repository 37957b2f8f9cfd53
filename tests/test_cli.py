from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rag.types import Verdict

ARTICLE = (
    "Bridge to be closed for repair\n\nThe council of the town voted on Monday.\n\n"
    "The old bridge over the river will be closed from March 3, the council decided on Monday after a "
    "debate of three hours. The repair is to cost 2.5 million crowns and will take until the autumn.\n"
)


def run(*arguments: str, library: Path | None = None, stdin: str = "", **environment: str) -> Any:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("RAG_", "OPENAI_"))}
    if library is not None:
        env["RAG_LIBRARY"] = str(library)
    return subprocess.run(
        [sys.executable, "-c", "from rag.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        env=env | environment,
        input=stdin,
        timeout=120,
        check=False,
    )


def test_from_a_file_to_a_cited_answer(tmp_path: Path) -> None:
    (tmp_path / "bridge.txt").write_text(ARTICLE)
    library = tmp_path / "library"
    first = run("ingest", "bridge.txt", "--json", library=library)
    assert first.returncode == 0 and json.loads(first.stdout)["added"] == 1
    asked = run("ask", "When will the bridge be closed?", "--json", library=library)
    answer = json.loads(asked.stdout)
    assert answer["status"] == "answered" and answer["lead"]["text"] == "March 3"
    cited = answer["citations"][0]
    text = run("show", cited["article"]["id"], "--text", library=library).stdout
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    unknown = run("ask", "How many people died in the fire?", "--json", library=library)
    assert unknown.returncode == 0 and json.loads(unknown.stdout)["status"] == "no_answer"


def test_every_verb_prints_text_and_json(corpus_library: Path) -> None:
    for verb in (
        ["ask", "Who won the World Cup final in 2022?"],
        ["search", "asteroid", "-k", "2"],
        ["show", "2021-03-30-ever-given-freed"],
        ["status"],
        ["config"],
    ):
        plain, parsed = (
            run(*verb, library=corpus_library),
            run(*verb, "--json", library=corpus_library),
        )
        assert (plain.returncode, parsed.returncode) == (0, 0), plain.stderr + parsed.stderr
        assert plain.stdout.strip() and isinstance(json.loads(parsed.stdout), dict)


def test_batches(corpus_library: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "question": "What is the marathon world record?", "as_of": "2023-01-01"},
        {"id": "b", "query": "asteroid orbit"},
        {"id": "c"},
        {"id": "d", "question": "Who?x", "since": "yesterdayish"},
        {"id": "e", "question": "Who?x", "outlets": [5], "k": 3},
        {"id": "f", "question": "Who?x", "history": 5, "k": "many"},
        {"id": "g", "question": "Who hosted \ud83d talks?"},
    ]
    Path("in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for verb in ("ask", "search"):
        done = run(verb, "--batch", "in.jsonl", "--out", "out.jsonl", library=corpus_library)
        assert done.returncode == 0, done.stderr
        out = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
        assert [row["id"] for row in out] == list("abcdefg")
        assert out[2]["status"] == out[3]["status"] == "error"
        assert "yesterdayish" in out[3]["error"]
        if verb == "ask":
            assert all(c["article"]["published"] <= "2023-01-01" for c in out[0]["citations"])
        else:
            assert out[1]["hits"][0]["article_id"] == "2022-10-12-dart-dimorphos"


def test_what_is_no_utf8_is_no_traceback(corpus_library: Path) -> None:
    asked = run("ask", "Who hosted the talks \udcff?", library=corpus_library)
    assert asked.returncode == 0, asked.stderr
    shown = run(
        *("ask", "When did the talks in Moscow begin?"),
        library=corpus_library,
        PYTHONIOENCODING="ascii",
    )
    assert shown.returncode == 0 and "\\xb7" in shown.stdout, shown.stderr


def test_what_is_checked_steers_no_terminal() -> None:
    Path("a.txt").write_text("The council \x1b[2J raised the fee by 25 cents on Monday.")
    Path("b.txt").write_text("The council raised the fee \x1b[31mby 50 cents on Monday. [1]")
    done = run("check", "@b.txt", "--source", "a.txt")
    assert done.returncode == 1 and "25 cents" in done.stdout
    assert "\x1b" not in done.stdout


def test_check_gates_by_its_exit_code() -> None:
    Path("a.txt").write_text("The council raised the fee by 25 cents on Monday.")
    good = run(
        "check", "The council raised the fee by 25 cents on Monday. [1]", "--source", "a.txt"
    )
    bad = run("check", "The council raised the fee by 50 cents on Monday. [1]", "--source", "a.txt")
    assert (good.returncode, bad.returncode) == (0, 1)
    assert "25" in bad.stdout and "contradicted" in bad.stdout
    rows = [
        {"id": 1, "answer": "The fee rose by 25 cents.", "contexts": [Path("a.txt").read_text()]}
    ]
    Path("in.jsonl").write_text(json.dumps(rows[0]))
    done = run("check", "--batch", "in.jsonl", "--out", "out.jsonl")
    assert done.returncode == 0, done.stderr
    (row,) = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    sentence = row["sentences"][0]
    assert {"text", "verdict", "score", "reasons", "evidence"} <= set(sentence)
    assert sentence["verdict"] in set(Verdict) and 0 <= sentence["score"] <= 1
    assert {"context", "start", "end", "text"} == set(sentence["evidence"][0])
    assert row["summary"]["claims"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", "Who?x"], 3, "rag ingest"),
        (["ask", ""], 3, "rag ingest"),
        (["ingest", "nothing.txt"], 2, "no such file"),
        (["search"], 2, "rag search"),
        (["ask", "--batch", "none.jsonl", "--out", "x"], 2, "none.jsonl"),
        (["ask", "x", "--nonsense"], 2, "nonsense"),
        (["check", "x"], 2, "--source"),
        (["eval", "none.jsonl"], 2, "none.jsonl"),
        (["ask", "x", "--library", ""], 2, "--library"),
        (["ask", "x", "--library", "~nobody-here/x"], 2, "~nobody-here/x"),
        (["ingest", ""], 2, "no name"),
        (["ingest", "~nobody-here/x"], 2, "no usable name"),
        (["sync", "~nobody-here/x"], 2, "no folder"),
        (["check", "", "--source", "a.txt"], 2, "empty"),
        (["ask", "--batch", "a.jsonl", "--out", ""], 2, "folder"),
        (["check", "--batch", "a.jsonl", "--html", "none/x.html"], 2, "none/x.html"),
        (["eval", "--out", "none/rows.jsonl"], 2, "none/rows.jsonl"),
        (["export", ""], 2, "folder"),
    ],
)
def test_bad_use_is_one_line_and_a_code(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    Path("a.txt").write_text(ARTICLE)
    done = run(*arguments, library=tmp_path / "library")
    assert done.returncode == code, done.stderr
    assert said in done.stderr + done.stdout and "Traceback" not in done.stderr


def test_a_model_without_its_key_is_one_line(corpus_library: Path) -> None:
    done = run("ask", "Who won?x", library=corpus_library, RAG_LLM="openai:gpt-4o-mini")
    assert done.returncode == 2 and "OPENAI_API_KEY" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_bad_articles_are_counted_and_the_others_go_in(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(ARTICLE)
    (folder / "empty.txt").write_text("")
    (folder / "broken.md").write_text("---\ntitle: a: b\n---\nSome text is here.")
    done = run("ingest", str(folder), "--json", library=tmp_path / "library")
    summary = json.loads(done.stdout)
    assert done.returncode == 0 and summary["added"] == 1
    reasons = {Path(s["source"]).name: s["reason"] for s in summary["skipped"]}
    assert "no text" in reasons["empty.txt"] and "front matter" in reasons["broken.md"]


def test_check_explains_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The council raised the fee by 25 cents on Monday. It rained.")
    told = (
        "The council raised the fee by 50 cents on Monday. [1]",
        "--source",
        "a.txt",
        "--explain",
    )
    plain, parsed = run("check", *told), run("check", *told, "--json")
    assert plain.returncode == parsed.returncode == 1
    assert "rule number (conflict): the passage says 25, not 50" in plain.stdout
    assert "“It rained.”" in plain.stdout and "capped by a conflict" in plain.stdout
    (sentence,) = json.loads(parsed.stdout)["sentences"]
    shares = sentence["explanation"]["shares"]
    assert {"reads", "number", "negation"} <= {share["feature"] for share in shares}
    # Bias and shares add up to the log-odds of what was weighed before the cap.
    total = sentence["explanation"]["bias"] + sum(share["adds"] for share in shares)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(sentence["explanation"]["weighed"], abs=1e-3)
    assert sentence["score"] < sentence["explanation"]["weighed"]
    silent = json.loads(run("check", *told[:-1], "--json").stdout)["sentences"][0]
    assert "explanation" not in silent and silent["score"] == sentence["score"]
