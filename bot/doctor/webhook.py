"""What the doctor finds between Telegram and the bot: the bot's own port, and the webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.config import Settings
from bot.doctor.calls import SECONDS, Answer, reason
from bot.doctor.findings import Finding, good, note, wrong
from bot.receiving.webhook import SECRET_HEADER

RECENT = timedelta(hours=1)
"""What Telegram failed to bring longer ago is history."""
MANY = 100
"""Updates that wait at Telegram."""


async def look_at_port(settings: Settings) -> AsyncIterator[Finding]:
    """Whether a bot runs here, and what it says of itself."""
    if not settings.http_port:
        return
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.http_host, settings.http_host)  # noqa: S104
    url = f"http://{host}:{settings.http_port}/readyz"
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            report: Any = (await client.get(url)).json()
    except httpx.HTTPError as error:
        advice = "nothing, if the bot is not running; else it runs elsewhere or with other settings"
        yield note("bot", f"{url}: {reason(error)}", advice)
        return
    except ValueError:
        report = None
    if not isinstance(report, dict) or "ready" not in report:
        yield wrong("bot", f"{url} is another program", "give the bot another HTTP_PORT")
    elif report["ready"]:
        yield good("bot", "it is running and ready")
    else:
        for part, why in report["wrong"].items():
            yield wrong("bot", f"it is running, but its {part}: {why}", "its log says more; restarting it is safe")


def look_at_registration(info: Answer, settings: Settings, now: datetime) -> Iterator[Finding]:
    """What Telegram says of the webhook."""
    if not info.done:
        return
    url = str(info.result.get("url", ""))
    if not settings.webhook_url:
        if url:
            what = f"one is set, {url}, and WEBHOOK_URL is empty"
            yield wrong("webhook", what, "the bot removes it at its start; does another program use this token?")
        else:
            yield good("webhook", "none: the bot asks Telegram for updates")
        return
    if url != settings.webhook_url:
        what = "it is not set yet" if not url else f"another one is set: {url}"
        yield note("webhook", what, "the bot sets it at its start; does another program use this token?")
        return
    waiting, failed = info.result.get("pending_update_count", 0), info.result.get("last_error_date", 0)
    if failed and now - datetime.fromtimestamp(failed, UTC) < RECENT:
        words = str(info.result.get("last_error_message", ""))
        yield wrong("webhook", f"Telegram could not bring an update: {words}", _advice(words))
    elif waiting > MANY:
        yield note("webhook", f"{waiting} updates wait at Telegram", "is the bot running?")
    else:
        yield good("webhook", f"Telegram brings updates to {url}")


def _advice(words: str) -> str:
    lower = words.lower()
    if "ssl" in lower or "certificate" in lower:
        return "the certificate must be valid for that name, with its whole chain: let Caddy or certbot renew it"
    if "resolve" in lower or "dns" in lower:
        return "the name has no address: look at its DNS record"
    if "refused" in lower or "timed out" in lower or "no answer" in lower:
        return "open the port in the firewall, and see that the proxy runs"
    if "403" in lower or "401" in lower:
        return "WEBHOOK_SECRET differs between Telegram and the bot, or a proxy is missing in TRUSTED_PROXY; restart it"
    return "the proxy must pass that path on to HTTP_PORT, and the bot must run"


async def look_at_way(settings: Settings) -> AsyncIterator[Finding]:
    """The way in from outside, gone from here: an update that is none, with the right secret. Only the bot itself
    answers it with 400; nothing is handled."""
    if not settings.webhook_url:
        return
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            headers = {SECRET_HEADER: settings.hook_secret()}
            answer = await client.post(settings.webhook_url, json={}, headers=headers)
    except httpx.HTTPError as error:
        what = f"{settings.webhook_url} can't be reached from here: {reason(error)}"
        yield wrong("webhook", what, _advice(what))
        return
    status = answer.status_code
    if status == 400 or (status == 403 and settings.webhook_telegram_only):
        yield good("webhook", "requests reach the bot")
    elif status == 503:
        yield note("webhook", "requests reach the bot, or its proxy; it is not ready", "try again in a minute")
    else:
        what = f"something else answers at {settings.webhook_url} (HTTP {status})"
        yield wrong("webhook", what, _advice(f"{status}"))
