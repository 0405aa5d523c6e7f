from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import EXAMPLES, Link, Settings, WrongSetting, load, misspelt
from bot.model.language import Language

EXAMPLE = Path(__file__).parent.parent.parent / ".env.example"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load(env_file=None)


def test_everything_has_a_default() -> None:
    settings = load(env_file=None)
    assert settings.bot_token is None
    assert settings.database_url == "sqlite:///data/newsbot.db"
    assert settings.timezone == ZoneInfo("Asia/Almaty")
    assert (settings.poll_interval, settings.messages_per_second, settings.expiry) == (60, 30, 6)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("BOT_TOKEN", "abc", "not a bot token"),
        ("BOT_API_URL", "telegram", "not an http"),
        ("NEWSROOM_LINKS", "Site=example.kz", "not an http"),
        ("ADMIN_IDS", "1,@dana", "'@dana' is not a user id"),
        ("FEED_URLS", "https://example.kz/rss, example.kz", "not an http"),
        ("FEED_URLS", "file:///etc/passwd", "not an http"),
        ("DATABASE_URL", "mysql://x", "not a database address"),
        ("DATABASE_URL", "postgresql://host", "the name of the database is missing"),
        ("DATABASE_URL", "postgresql://host:port/news", "not an address of a PostgreSQL database"),
        ("POLL_INTERVAL", "often", "number"),
        ("POLL_INTERVAL", "0", "greater"),
        ("MESSAGES_PER_SECOND", "0", "greater than 0"),
        ("EXPIRY", "-1", "greater than 0"),
        ("UNDO_SECONDS", "-1", "greater"),
        ("BREAKING_APPROVALS", "6", "less than or equal to 5"),
        ("TIMEZONE", "Mars/Olympus", "not a time zone"),
        ("DEFAULT_LANGUAGE", "de", "'ru', 'kk' or 'en'"),
        ("WEBHOOK_URL", "bot.example.kz/hook", "not an http"),
        ("WEBHOOK_URL", "http://bot.example.kz/hook", "https addresses"),
        ("WEBHOOK_URL", "https://bot.example.kz:8081/hook", "ports 443, 80, 88 and 8443"),
        ("WEBHOOK_SECRET", "short", "16 to 256"),
        ("WEBHOOK_SECRET", "with spaces, and a comma", "16 to 256"),
        ("TRUSTED_PROXY", "my-proxy", "an address or a network"),
        ("HTTP_PORT", "70000", "less than"),
        ("BACKUP_HOURS", "0", "greater than"),
        ("BACKUP_KEEP", "0", "greater than"),
        ("ALLOW_PRIVATE_ADDRESSES", "perhaps", "boolean"),
        ("LOG_LEVEL", "LOUD", "'DEBUG'"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
    ],
)
def test_a_wrong_value_is_one_line_with_name_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        read(monkeypatch, **{name: value})
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert complaint in line
    assert f"Example: {name}=" in line
    assert "\n" not in line


def test_a_wrong_token_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSetting) as caught:
        read(monkeypatch, BOT_TOKEN="123456789 AAEsecretsecretsecretsecretsecret")
    assert "AAEsecret" not in str(caught.value)
    settings = read(monkeypatch, BOT_TOKEN="123456789:AAEsecretsecretsecretsecretsecret")
    assert "AAEsecret" not in repr(settings)


def test_lists_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        ADMIN_IDS="1, 2,",
        FEED_URLS="https://a.kz/rss?ids=1,2, https://b.kz/rss\nhttps://c.kz/rss,\n",
        NEWSROOM_LINKS="Сайт=https://a.kz/?x=1, https://instagram.com/a",
        TIMEZONE="Asia/Qyzylorda",
        DEFAULT_LANGUAGE="kk",
        LOG_LEVEL="debug",
    )
    assert settings.admin_ids == {1, 2}
    assert settings.feed_urls == ("https://a.kz/rss?ids=1,2", "https://b.kz/rss", "https://c.kz/rss")
    assert settings.newsroom_links == (
        Link("Сайт", "https://a.kz/?x=1"),
        Link("instagram.com", "https://instagram.com/a"),
    )
    assert settings.default_language is Language.KK


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, BOT_TOKEN="", POLL_INTERVAL="", HTTP_PORT="")
    assert settings.bot_token is None
    assert settings.poll_interval == 60


def test_the_example_names_every_setting_with_its_default(tmp_path: Path) -> None:
    """Uncommented as it stands, the example file gives what no file gives; and it leaves nothing out."""
    lines = re.findall(r"^# ([A-Z_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE)
    assert {name for name, _ in lines} == {name.upper() for name in Settings.model_fields}
    invented = ("FEED_URLS", "NEWSROOM_LINKS")
    file = tmp_path / ".env"
    file.write_text("\n".join(f"{name}={value}" for name, value in lines if name not in invented))
    assert load(str(file)) == load(env_file=None)
    file.write_text("\n".join(f"{name}={value}" for name, value in lines if name in invented))
    assert load(str(file)).feed_urls


def test_every_example_in_an_error_is_itself_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "8080")
    for name, example in EXAMPLES.items():
        variable, _, value = example.partition("=")
        assert variable == name
        if name != "BOT_TOKEN":
            read(monkeypatch, **{name: value.partition(" (")[0]})


def test_a_misspelt_name_in_the_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("FEED_URL=https://a.kz\nCOMPOSE_PROJECT_NAME=x\n")
    assert misspelt(str(file)) == [f"FEED_URL in {file} is not a setting; did you mean FEED_URLS?"]
    assert misspelt(str(tmp_path / "absent")) == []


def test_a_webhook_needs_a_port_to_listen_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSetting, match="HTTP_PORT: WEBHOOK_URL needs the port"):
        read(monkeypatch, WEBHOOK_URL="https://bot.example.kz/hook")
    settings = read(
        monkeypatch, WEBHOOK_URL="https://bot.example.kz/hook", HTTP_PORT="8080", TRUSTED_PROXY="10.1.2.3/8"
    )
    assert str(settings.trusted_proxy[0]) == "10.0.0.0/8"
    own = read(monkeypatch, WEBHOOK_URL="http://10.0.0.5:8081/hook", BOT_API_URL="http://10.0.0.6:8081")
    assert own.webhook_url, "a Bot API server of one's own brings updates anywhere"


def test_the_webhooks_secret_follows_from_the_token_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "123456789:AAEsecretsecretsecretsecretsecret"
    first, again = (read(monkeypatch, BOT_TOKEN=token).hook_secret() for _ in range(2))
    assert first == again
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", first)
    assert "AAE" not in first
    assert read(monkeypatch, BOT_TOKEN=token[:-1] + "X").hook_secret() != first
    chosen = read(monkeypatch, WEBHOOK_SECRET="a-long-word-that-nobody-guesses")
    assert chosen.hook_secret() == "a-long-word-that-nobody-guesses"
    assert chosen.hook_secret() in chosen.secrets()
    assert "a-long-word" not in repr(chosen)


def test_passwords_in_addresses_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, FEED_URLS="https://reader:p%40ss-word@example.kz/rss")
    assert "p@ss-word" in settings.secrets()
