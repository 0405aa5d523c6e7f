"""Logging: one line per thing that matters, for a person or as JSON; secrets are taken out at the last step.

The bot's token is part of every Bot API address, so it can turn up in any exception text. It is replaced in the
finished line, after tracebacks have been rendered, which covers our own loggers and every library's alike, and what
ends the process.

Ids lead from a feed to a reader: `feed` and `article` in "feed read", `article` and `delivery` in "post ended" (at
DEBUG), `article` and `feed` in "article delivered"; `broadcast` for what editors send, `update` for what people type.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Literal
from urllib.parse import quote, quote_plus

import structlog

# No leading \b: in an address the token follows the word "bot" directly, where a word boundary would miss it.
TOKEN = re.compile(r"\d{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
PASSWORD = re.compile(r"(://[^\s/:@]*:)[^\s/@]+@")
SHORTEST = 6
"""Letters of a secret that is looked for: a shorter one would be found in the middle of any word."""


class Redactor:
    """Hides tokens, passwords in addresses, and the given secrets in each of the ways in which they may be written."""

    def __init__(self, secrets: Iterable[str]) -> None:
        written = {way for secret in secrets if len(secret) >= SHORTEST for way in _ways(secret)}
        self._secrets = re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True))) or r"(?!)")

    def __call__(self, text: str) -> str:
        text = PASSWORD.sub(r"\1[secret]@", TOKEN.sub("[token]", text))
        return self._secrets.sub("[secret]", text)


def _ways(secret: str) -> set[str]:
    """As it is, in addresses, in JSON and in Python's own notation, and each of these in another one."""
    found = {secret}
    for _ in range(2):
        for text in list(found):
            found |= {quote(text, safe=""), quote(text), quote_plus(text), repr(text)[1:-1]}
            found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return found


class Redacting(logging.Formatter):
    """Renders with another formatter, then redacts."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner, self._redact = inner, redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


def configure(level: str, style: Literal["console", "json"], secrets: Iterable[str] = ()) -> None:
    """Send everything to standard error in one style. Calling it again replaces what was set before."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=style == "json"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(style)],
    )
    handler.setFormatter(Redacting(formatter, Redactor(secrets)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "aiogram", "aiohttp.access", "aiosqlite", "asyncio", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns of every tick that comes while the one before still runs, which is how ticks are meant to work.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    sys.excepthook = _last_words
    threading.excepthook = lambda args: _last_words(args.exc_type, args.exc_value, args.exc_traceback)


def _rendered(style: Literal["console", "json"]) -> list[structlog.typing.Processor]:
    if style == "json":
        render = structlog.processors.JSONRenderer(ensure_ascii=False)
        return [structlog.processors.format_exc_info, _what_first, render]
    # Nothing that shows the values of variables, whoever has installed it.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _what_first(_: object, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """When, how bad and what, then the rest: as people read."""
    return {name: line[name] for name in ("timestamp", "level", "event") if name in line} | dict(line)


def _last_words(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """What nobody caught would be printed as it is, secrets and all."""
    if issubclass(kind, KeyboardInterrupt) or error is None:
        return
    logging.getLogger("newsbot").critical("an unexpected fault of ours", exc_info=(kind, error, trace))
