from __future__ import annotations

import logging

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def _as_before():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_token_is_hidden_wherever_it_stands(style, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG", style, secrets=["hook-secret"])
    log = structlog.get_logger()
    log.info("calling", url=f"https://api.telegram.org/bot{TOKEN}/getMe", header="hook-secret")
    logging.getLogger("some.library").warning("POST %s", f"/bot{TOKEN}/sendMessage")
    try:
        raise RuntimeError(f"cannot connect to /bot{TOKEN}/getMe")
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed too")
    printed = capsys.readouterr().err
    assert "AAEabc" not in printed
    assert "hook-secret" not in printed
    assert printed.count("[token]") >= 4
    assert "RuntimeError" in printed


def test_json_lines_keep_cyrillic_readable(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")
    structlog.get_logger().info("published", title="Қазақстан жаңалықтары")
    assert "Қазақстан жаңалықтары" in capsys.readouterr().err
