from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz0123456"
HOOK = "hook-secret-of-the-newsroom"
PASSWORD = 'пароль "p@ss/w&rd"'


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook
    yield
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = before
    logging.captureWarnings(False)
    structlog.reset_defaults()


def fail() -> None:
    """A chain of faults, each with a secret in it."""
    try:
        try:
            raise OSError(f"cannot connect to https://api.telegram.org/bot{TOKEN}/getMe")
        except OSError as error:
            raise ValueError(f"postgresql://newsbot:{quote(PASSWORD, safe='')}@db/newsbot is away") from error
    except ValueError:
        raise RuntimeError({"header": HOOK, "password": PASSWORD})  # noqa: B904 — the chain without "from", too


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_secret_is_hidden_wherever_it_stands(style, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", style, secrets=["", HOOK, PASSWORD])
    log, library = structlog.get_logger(), logging.getLogger("some.library")
    log.info("calling", url=f"https://api.telegram.org/bot{TOKEN}/getMe", header=HOOK, encoded=quote(TOKEN, safe=""))
    log.info("opening", url="postgresql://newsbot:another%20word@db/x", parameters=json.dumps({"password": PASSWORD}))
    library.warning("POST %s", f"/bot{TOKEN}/sendMessage")
    library.warning("extra", extra={"headers": {"X-Secret": HOOK}})
    try:
        fail()
    except RuntimeError as error:
        log.exception("failed")
        library.exception("failed too")
        log.error("failed", exc_info=error, error=repr(error.__context__))
        sys.excepthook(RuntimeError, error, error.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"look at {TOKEN}", stacklevel=1)
    printed = capsys.readouterr().err
    for secret in ("AAEabc", HOOK, PASSWORD, "p@ss", quote(PASSWORD), "another%20word", "p%40ss", "пароль"):
        assert secret not in printed, secret
    assert printed.count("[token]") >= 9
    assert printed.count("[secret]") >= 15
    assert printed.count("RuntimeError") >= 5
    assert "postgresql://newsbot:[secret]@db" in printed
    assert "an unexpected fault of ours" in printed
    assert "look at [token]" in printed


def test_a_short_secret_does_not_hide_half_of_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", secrets=["o", "news"])
    structlog.get_logger().info("newsroom", url="postgresql://bot:news@db/x")
    printed = capsys.readouterr().err
    assert "newsroom" in printed
    assert "bot:[secret]@db" in printed


def test_in_production_each_line_is_json_with_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    log = structlog.get_logger()
    with structlog.contextvars.bound_contextvars(update=7):
        log.info("published", title="Қазақстан жаңалықтары")
        logging.getLogger("some.library").warning("two\nlines")
        try:
            fail()
        except RuntimeError:
            log.exception("failed")
            logging.getLogger("some.library").exception("failed too")
    log.debug("not told")
    printed = capsys.readouterr().err
    assert "Қазақстан жаңалықтары" in printed, "readable by people, too"
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [line["event"] for line in lines] == ["published", "two\nlines", "failed", "failed too"]
    assert {line["update"] for line in lines} == {7}
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert all("RuntimeError" in line["exception"] for line in lines[2:])
    assert lines[1]["logger"] == "some.library"
