"""The auth file, and the command that makes its lines."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from rag.errors import SettingError, UsageError
from rag.service.users import Users, line_of, put
from tests.test_cli import run

# By `htpasswd -bnB`, which writes $2y$.
HTPASSWD = "anna:$2y$04$E9pWUKG6P3uN1EjGWdiBbOUTLfNHtgyBDEmpO0hIaOl2JPK/LlL6a"


def test_a_line_made_here_is_known_again_and_nothing_else_is(tmp_path: Path) -> None:
    file = tmp_path / "users"
    put(file, line_of("anna", "correct horse"))
    users = Users.load(file)
    assert not users.remembers("anna", "correct horse")
    assert users.know("anna", "correct horse")
    assert users.remembers("anna", "correct horse")
    for name, password in [
        ("anna", "correct hors"),
        ("ben", "correct horse"),
        ("anna", ""),
        ("", ""),
    ]:
        assert not users.know(name, password)
        assert not users.remembers(name, password)
    # Longer than bcrypt reads: the first 72 bytes alone must not do.
    put(file, line_of("carl", "x" * 72))
    assert not Users.load(file).know("carl", "x" * 73)


def test_lines_of_htpasswd_are_known(tmp_path: Path) -> None:
    (tmp_path / "users").write_text(f"# ours\n\n{HTPASSWD}\n")
    assert Users.load(tmp_path / "users").know("anna", "x")


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    users = Users(dict([line_of("anna", "correct horse").split(":", 1)]))

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        users.know(name, "wrong")
        return time.perf_counter() - begun

    assert min(seconds("nobody") for _ in range(3)) > min(seconds("anna") for _ in range(3)) / 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no user"),
        ("anna:secret\n", "Line 1 .* NAME:HASH"),
        ("anna\n", "Line 1"),
        (None, "cannot be read"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "users"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingError, match=said) as caught:
        Users.load(file)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "password"),
    [("a:b", "long enough"), ("", "long enough"), ("a", "short"), ("a", "é" * 40)],
)
def test_a_name_or_password_that_cannot_be_is_refused(name: str, password: str) -> None:
    with pytest.raises(UsageError):
        line_of(name, password)


def test_the_command_writes_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "users"
    put(file, line_of("anna", "old password"))
    put(file, line_of("ben", "another one"))
    done = run("user", "add", "anna", "--file", str(file), stdin="new password\n")
    assert done.returncode == 0
    assert "anna is in" in done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    users = Users.load(file)
    assert users.know("anna", "new password") and not users.know("anna", "old password")
    assert users.know("ben", "another one")
