"""Logging: one line per thing that matters, for a person or as JSON; secrets are taken out at the last step.

The bot's token is part of every Bot API address, so it can turn up in any exception text. It is replaced in the
finished line, after tracebacks have been rendered, which covers our own loggers and every library's alike.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal

import structlog

# No leading \b: in an address the token follows the word "bot" directly, where a word boundary would miss it.
TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,}")


class Redacting(logging.Formatter):
    """Renders with another formatter, then hides tokens and the given secrets."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if secret]

    def format(self, record: logging.LogRecord) -> str:
        line = TOKEN.sub("[token]", self._inner.format(record))
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line


def configure(level: str, style: Literal["console", "json"], secrets: Iterable[str] = ()) -> None:
    """Send everything to standard error in one style. Calling it again replaces what was set before."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=style == "json"),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        Redacting(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            ),
            secrets,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "aiogram", "aiohttp.access", "aiosqlite", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every tick that comes while the one before still runs, which is how ticks are meant to work.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
