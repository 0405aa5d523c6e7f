"""The few questions that the doctor asks Telegram, without the machinery of a running bot: no pace, no retries."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

SECONDS = 10.0
"""For an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` when Telegram did it, else its error code and words; code 0: no answer, and why."""

    result: Any = None
    code: int = 200
    error: str = ""
    server_time: datetime | None = None

    @property
    def done(self) -> bool:
        return self.code == 200


class Calls:
    """`async with Calls(api, token) as calls: await calls("getMe")`. Never raises, and never says the token."""

    def __init__(self, api_url: str, token: str) -> None:
        self._base = f"{api_url}/bot{token}/"
        self._client = httpx.AsyncClient(timeout=SECONDS)

    async def __aenter__(self) -> Calls:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def __call__(self, method: str, **parameters: Any) -> Answer:
        try:
            response = await self._client.post(self._base + method, json=parameters)
        except httpx.HTTPError as error:
            return Answer(code=0, error=reason(error))
        try:
            content = json.loads(response.content)
        except ValueError:
            content = None
        if not isinstance(content, dict) or "ok" not in content:
            return Answer(code=0, error=f"what answers is no Bot API (HTTP {response.status_code})")
        server_time = _date(response.headers.get("date", ""))
        if content["ok"]:
            return Answer(content.get("result"), server_time=server_time)
        return Answer(None, int(content.get("error_code", 0)), str(content.get("description", "")), server_time)


def reason(error: httpx.HTTPError) -> str:
    """In words; httpx' own may hold the address, in which the token stands."""
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {SECONDS:g} s"
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case ConnectionRefusedError():
                return "the connection is refused"
            case socket.gaierror():
                return "its name is not known (DNS)"
            case ssl.SSLError():
                return "its certificate is not valid"
        cause = cause.__cause__ or cause.__context__
    return "no connection" if isinstance(error, httpx.ConnectError) else "the connection broke"


def _date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return None
