"""The manual is true: its commands are run, its settings accepted, its files and links there."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from bot import config
from bot.__main__ import _parser
from bot.config import Settings
from handlers import words
from storage import open_storage

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EVERYWHERE = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
FENCED = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s`/])newsbot ((?:run|sandbox|check|preview|doctor|backup|restore)\b[^#`|\n]*)")
OF_OTHERS = {"REAL_FEEDS", "POSTGRES_PASSWORD", "LC_MESSAGES"}
"""Names in capitals that are not settings of the bot."""
BOTFATHERS = {"newbot", "mybots", "setuserpic", "setinline", "revoke"}
EXIT_CODES = {"doctor": (0, 1)}
"""1: something has to be mended, which is no failure of the command."""


@dataclass(frozen=True)
class Block:
    page: str
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    found = [(page.name, *match) for page in PAGES for match in FENCED.findall(page.read_text(encoding="utf-8"))]
    return [Block(page, language, dedent(text)) for page, _, language, text in found if language in languages]


def commands(page: Path) -> list[list[str]]:
    """Each different `newsbot …` of a page, in the page's order, whoever is to run it there."""
    fenced = "\n".join(block.text for block in blocks("sh") if block.page == page.name)
    return [shlex.split(command) for command in dict.fromkeys(COMMAND.findall(f"{fenced}\n{spans(page)}"))]


def spans(page: Path) -> str:
    """What stands in single backticks, a line each; without mere names of commands."""
    found = re.findall(r"`[^`\n]+`", FENCED.sub("", page.read_text(encoding="utf-8")))
    return "\n".join(span for span in found if span.count(" ") > 1)


def named(block: Block) -> str:
    return f"{block.page}: {block.text.split()[0]}"


@pytest.mark.parametrize("block", blocks("sh"), ids=named)
def test_shell_is_shell(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("python"), ids=named)
def test_python_is_python(block: Block) -> None:
    compile(block.text, block.page, "exec", flags=0x2000)  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@EVERYWHERE
def test_what_make_is_asked_for_exists(page: Path) -> None:
    targets = set(re.findall(r"(?:^|`)(?:\w+=\S+ )*make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@EVERYWHERE
def test_commands_that_are_named_exist(page: Path) -> None:
    listed = _parser().format_help()
    for name in re.findall(r"(?:^ *|`|bin/)newsbot (\w[\w-]*)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^ +{name}(?: |$)", listed, re.MULTILINE), name


@EVERYWHERE
def test_commands_have_these_arguments(page: Path) -> None:
    for arguments in commands(page):
        _parser().parse_args(arguments)


@pytest.mark.parametrize("block", blocks("ini"), ids=named)
def test_settings_are_accepted(block: Block, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(block.text.replace("…", "A" * 30), encoding="utf-8")
    settings = config.load(str(file))
    names = re.findall(r"^([A-Z_]+)=", block.text, re.MULTILINE)
    assert names
    assert {name.lower() for name in names} <= settings.model_fields_set
    assert config.misspelt(str(file)) == []


@EVERYWHERE
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)", page.read_text(encoding="utf-8")))
    assert named - OF_OTHERS <= {name.upper() for name in Settings.model_fields}


@EVERYWHERE
def test_commands_of_the_chat_exist(page: Path) -> None:
    registered = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("handlers/**/*.py"))
    answered = {*re.findall(r'Command\("(\w+)"', registered), *words.COMMANDS, "start"}
    if page.name in ("README.md", "editors.md"):
        for name in set(re.findall(r"`/([a-z]+)\b", page.read_text(encoding="utf-8"))) - BOTFATHERS:
            assert name in answered


@EVERYWHERE
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target.split("#")[0]).exists(), target


@EVERYWHERE
def test_files_that_are_named_exist(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    for path in re.findall(r"`((?:bot|handlers|storage|tests|deploy|docs|LC_MESSAGES)/[\w./-]*)`", text):
        if not path.startswith(("bot/locales/uz", "LC_MESSAGES/")):
            assert (ROOT / path).exists(), path
    for name in re.findall(r"`(\w+\.py)`", text):
        assert any(next(ROOT.glob(f"{package}/**/{name}"), None) for package in ("bot", "handlers", "storage")), name


def test_every_setting_is_explained() -> None:
    explained = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(explained) == {name.upper() for name in Settings.model_fields}
    assert len(set(explained)) == len(explained)


@pytest.fixture
def environment(settings: Settings, newspaper, tmp_path: Path) -> dict[str, str]:
    """What `.env` of a newsroom would hold; its Telegram is the sandbox."""
    newspaper.publish("Мост открыт", published=datetime.now(UTC))
    assert settings.bot_token
    token = settings.bot_token.get_secret_value()
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": token,
        "BOT_API_URL": settings.bot_api_url,
        "ADMIN_IDS": ",".join(map(str, settings.admin_ids)),
        "FEED_URLS": newspaper.feed_url,
        "ALLOW_PRIVATE_ADDRESSES": "true",
        "BACKUP_DIR": str(tmp_path / "backups"),
    }


def finish(arguments: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command; one that goes on until it is told to end is told when it says that it works."""
    lasting = arguments[0] in ("run", "preview", "sandbox")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments, *(["--port", "0"] if lasting else [])],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        printed = ""
        for line in process.stdout:
            printed += line
            if lasting and ("connected to Telegram" in line or line.startswith("BOT_TOKEN=")):
                process.send_signal(signal.SIGTERM)
                lasting = False
        return process.wait(30), printed


@EVERYWHERE
async def test_commands_work(page: Path, environment: dict[str, str], newspaper, tmp_path: Path) -> None:
    await (await open_storage(f"sqlite:///{tmp_path}/data/newsbot.db")).close()
    for arguments in commands(page):
        actual = [newspaper.feed_url if argument.startswith("https://") else argument for argument in arguments]
        for made in (argument for argument in actual[1:] if arguments[0] == "backup" and argument.endswith(".db")):
            (tmp_path / made).unlink(missing_ok=True)
        code, printed = await asyncio.to_thread(finish, actual, tmp_path, environment)
        assert code in EXIT_CODES.get(actual[0], (0,)), f"newsbot {' '.join(actual)}: {printed}"
        assert "Traceback" not in printed
