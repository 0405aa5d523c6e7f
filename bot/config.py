"""The settings, typed, from the environment or a `.env` file; nobody else reads the environment.

`load()` raises `WrongSetting`, whose text is one line for the operator: the variable, what is wrong, an example.
An empty value counts as not set.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from bot.model.language import Language

DEFAULT_API = "https://api.telegram.org"
FREE_PACE = 30.0
"""Messages a second that Telegram carries for nothing (Bots FAQ)."""
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""To which Telegram brings updates; a Bot API server of one's own brings them anywhere."""
SHORTEST_SECRET = 16
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
SEPARATORS = re.compile(r"[,\n]+")
# A comma may be part of an address, so between addresses it counts only when another one follows.
URL_SEPARATORS = re.compile(r",(?=\s*[a-z]+://)|\n")


class WrongSetting(Exception):
    """A setting that the bot can't start with. The text never holds a secret value."""


@dataclass(frozen=True, slots=True)
class Link:
    """One of the newsroom's addresses, shown on /start and /help."""

    name: str
    url: str


class Settings(BaseSettings):
    """Every setting; the names in the environment are these in capitals. `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    bot_token: SecretStr | None = None
    bot_api_url: str = DEFAULT_API
    newsroom_name: str = "Newsbot"
    newsroom_links: Annotated[tuple[Link, ...], NoDecode] = ()
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    feed_urls: Annotated[tuple[str, ...], NoDecode] = ()
    database_url: str = "sqlite:///data/newsbot.db"
    poll_interval: float = Field(60, ge=0.1, le=86_400)
    messages_per_second: float = Field(FREE_PACE, gt=0, le=1000)
    paid_broadcast: bool = False
    expiry: float = Field(6, gt=0, le=24 * 365)
    breaking_approvals: int = Field(1, ge=1, le=5)
    undo_seconds: float = Field(5, ge=0, le=600)
    timezone: ZoneInfo = ZoneInfo("Asia/Almaty")
    default_language: Language = Language.RU
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    webhook_telegram_only: bool = False
    trusted_proxy: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    http_host: str = "127.0.0.1"
    http_port: int = Field(0, ge=0, le=65535, validate_default=True)
    backup_dir: str = ""
    backup_hours: float = Field(24, ge=0.1, le=24 * 366)
    backup_keep: int = Field(7, ge=1, le=10_000)
    allow_private_addresses: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_shape(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("this is not a bot token")
        return token

    @field_validator("bot_api_url")
    @classmethod
    def _api_is_a_url(cls, value: str) -> str:
        return _http_url(value).rstrip("/")

    @field_validator("newsroom_links", mode="before")
    @classmethod
    def _split_links(cls, value: Any) -> Any:
        return tuple(_link(part) for part in _split(value)) if isinstance(value, str) else value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if wrong := [part for part in _split(value) if not re.fullmatch(r"\d+", part)]:
            raise ValueError(f"{wrong[0]!r} is not a user id")
        return frozenset(int(part) for part in _split(value))

    @field_validator("feed_urls", mode="before")
    @classmethod
    def _split_feeds(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(_http_url(part) for part in _split(value, URL_SEPARATORS)))

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: str) -> str:
        if value.startswith(("postgres://", "postgresql://")):
            _database_server(value)
        elif not re.match(r"sqlite:///.", value):
            raise ValueError("not a database address")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _telegram_can_reach_it(cls, value: str, info: ValidationInfo) -> str:
        if not value or info.data.get("bot_api_url") != DEFAULT_API:
            return value and _http_url(value)
        url = URL(_http_url(value))
        if url.scheme != "https" or url.port not in WEBHOOK_PORTS:
            raise ValueError("Telegram brings updates to https addresses on the ports 443, 80, 88 and 8443 only")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_has_its_shape(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not re.fullmatch(rf"[A-Za-z0-9_-]{{{SHORTEST_SECRET},256}}", secret.get_secret_value()):
            raise ValueError(f"it must have {SHORTEST_SECRET} to 256 of the characters A-Z a-z 0-9 _ -")
        return secret

    @field_validator("trusted_proxy", mode="before")
    @classmethod
    def _split_networks(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part, strict=False) for part in _split(value))
        except ValueError as error:
            raise ValueError(f"{error}; an address or a network is needed") from None

    @field_validator("http_port")
    @classmethod
    def _webhook_has_a_port(cls, value: int, info: ValidationInfo) -> int:
        if not value and info.data.get("webhook_url"):
            raise ValueError("WEBHOOK_URL needs the port on which the bot is to listen")
        return value

    @field_validator("timezone", mode="before")
    @classmethod
    def _zone_exists(cls, value: Any) -> Any:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone") from None

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_any_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    def warnings(self) -> list[str]:
        """What an operator should know of settings that are allowed and may surprise; a line each."""
        if self.paid_broadcast and self.messages_per_second <= FREE_PACE:
            return ["PAID_BROADCAST pays for more than 30 messages a second; MESSAGES_PER_SECOND asks for no more."]
        if self.paid_broadcast:
            return [
                "PAID_BROADCAST is on: each message above 30 a second costs 0.1 Telegram Star. Telegram asks for it: "
                "the switch in @BotFather, a balance of 100,000 Stars and 100,000 monthly readers."
            ]
        if self.messages_per_second > FREE_PACE and self.bot_api_url == DEFAULT_API:
            return ["MESSAGES_PER_SECOND is above 30, which Telegram refuses without PAID_BROADCAST; expect waits."]
        return []

    def hook_secret(self) -> str:
        """What Telegram shows with each update that it brings. Unless one is set, it follows from the token: the same
        at each start and in each process, and of no use for finding the token."""
        if self.webhook_secret:
            return self.webhook_secret.get_secret_value()
        token = self.bot_token.get_secret_value() if self.bot_token else ""
        return hmac.new(token.encode(), b"newsbot webhook", hashlib.sha256).hexdigest()

    def secrets(self) -> list[str]:
        """Whatever must never be read in a log."""
        token = self.bot_token.get_secret_value() if self.bot_token else ""
        passwords = [URL(address).password for address in (self.database_url, *self.feed_urls) if "@" in address]
        return [token, self.hook_secret(), *(password for password in passwords if password)]


EXAMPLES = {
    "BOT_TOKEN": "BOT_TOKEN=123456789:AAE…, the line that @BotFather gave you",
    "BOT_API_URL": "BOT_API_URL=https://api.telegram.org",
    "NEWSROOM_LINKS": "NEWSROOM_LINKS=Site=https://example.kz, Instagram=https://instagram.com/example",
    "ADMIN_IDS": "ADMIN_IDS=123456789,987654321 (ask @userinfobot for yours)",
    "FEED_URLS": "FEED_URLS=https://example.kz/rss, https://example.kz/kk/rss",
    "DATABASE_URL": "DATABASE_URL=sqlite:///data/newsbot.db or postgresql://user:password@host/newsbot",
    "POLL_INTERVAL": "POLL_INTERVAL=60 (seconds)",
    "MESSAGES_PER_SECOND": "MESSAGES_PER_SECOND=30",
    "PAID_BROADCAST": "PAID_BROADCAST=true",
    "EXPIRY": "EXPIRY=6 (hours)",
    "BREAKING_APPROVALS": "BREAKING_APPROVALS=2 (editors, 1 to 5)",
    "UNDO_SECONDS": "UNDO_SECONDS=5",
    "TIMEZONE": "TIMEZONE=Asia/Almaty",
    "DEFAULT_LANGUAGE": "DEFAULT_LANGUAGE=ru (ru, kk or en)",
    "WEBHOOK_URL": "WEBHOOK_URL=https://bot.example.kz/telegram",
    "WEBHOOK_SECRET": "WEBHOOK_SECRET=a-long-word-that-nobody-guesses (or leave it out)",
    "TRUSTED_PROXY": "TRUSTED_PROXY=127.0.0.1, 10.0.0.0/8",
    "HTTP_PORT": "HTTP_PORT=8080",
    "BACKUP_HOURS": "BACKUP_HOURS=24",
    "BACKUP_KEEP": "BACKUP_KEEP=7",
    "ALLOW_PRIVATE_ADDRESSES": "ALLOW_PRIVATE_ADDRESSES=false",
    "LOG_LEVEL": "LOG_LEVEL=INFO (DEBUG, INFO, WARNING or ERROR)",
    "LOG_FORMAT": "LOG_FORMAT=console (console or json)",
}


def load(env_file: str | None = ".env") -> Settings:
    """Read the settings; raises WrongSetting for the first one that is wrong."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise WrongSetting(_one_line(error)) from None
    except (UnicodeDecodeError, OSError) as error:
        raise WrongSetting(f"{env_file} can't be read ({error}); it must be a text file in UTF-8") from None


def misspelt(env_file: str = ".env") -> list[str]:
    """A line for each name in `.env` that is none of ours but looks like one: it would be ignored silently."""
    if not Path(env_file).is_file():
        return []
    ours = [name.upper() for name in Settings.model_fields]
    return [
        f"{name} in {env_file} is not a setting; did you mean {close[0]}?"
        for name in dotenv_values(env_file)
        if name.upper() not in ours and (close := get_close_matches(name.upper(), ours, n=1, cutoff=0.8))
    ]


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]).upper()
    what = first["msg"].removeprefix("Value error, ").replace("\n", " ")
    example = EXAMPLES.get(name)
    return f"{name}: {what}. " + (f"Example: {example}" if example else "See .env.example.")


def _split(value: str, separators: re.Pattern[str] = SEPARATORS) -> list[str]:
    return [part.strip(" \t,") for part in separators.split(value) if part.strip(" \t,")]


def _http_url(value: str) -> str:
    try:
        url = URL(value)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host or re.search(r"\s", value):
        raise ValueError(f"{value!r} is not an http or https address")
    return value


def _database_server(value: str) -> None:
    try:
        url = URL(value)
    except ValueError:
        raise ValueError("not an address of a PostgreSQL database") from None
    if not url.path.strip("/") or not (url.host or url.query.get("host")):
        raise ValueError("the host or the name of the database is missing")


def _link(part: str) -> Link:
    name, equals, url = part.partition("=")
    if equals and not name.strip().startswith(("http://", "https://")):
        return Link(name.strip(), _http_url(url.strip()))
    return Link(URL(_http_url(part)).host or part, part)
