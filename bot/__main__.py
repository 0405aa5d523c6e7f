"""The command line. Everything heavy is imported by the command that needs it: `--help` answers at once."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings

WRONG_SETTING = 2
DEFAULT_PORT = 8088


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 it failed, 2 a setting or argument is wrong, 130 interrupted twice."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsbot", description="Carries a newsroom's articles to its readers in Telegram."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser(
        "run", help="start the bot; without BOT_TOKEN, against the sandbox, to be tried in the browser"
    )
    run.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the sandbox's page (default %(default)s)")
    run.add_argument(
        "--only", choices=("web", "feeds", "sender"), help="one part of it, on PostgreSQL; any number of each may run"
    )
    run.set_defaults(command=_run)

    sandbox = commands.add_parser("sandbox", help="start the sandbox alone: a stand-in for Telegram's Bot API")
    sandbox.add_argument("--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0: any free one")
    sandbox.add_argument("--no-newsroom", action="store_true", help="without the demo newsroom's feeds")
    sandbox.add_argument("--interval", type=float, default=8.0, help="seconds between its articles (%(default)s)")
    sandbox.add_argument("--no-flood-control", action="store_true", help="never answer 429 on its own")
    sandbox.set_defaults(command=_sandbox)

    check = commands.add_parser("check", help="show what the bot would make of a feed")
    check.add_argument("sources", nargs="+", metavar="URL-or-file")
    check.add_argument("--json", action="store_true", help="print JSON instead of a table")
    check.set_defaults(command=_check)

    preview = commands.add_parser("preview", help="see a feed's newest articles in the sandbox, as readers will")
    preview.add_argument("sources", nargs="+", metavar="URL-or-file")
    preview.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the sandbox's page (default %(default)s)")
    preview.set_defaults(command=_preview)

    doctor = commands.add_parser("doctor", help="look at everything that the bot needs, and say what to do")
    doctor.set_defaults(command=_doctor)

    backup = commands.add_parser("backup", help="copy the database, beside a running bot, too")
    backup.add_argument("file", nargs="?", metavar="FILE", help="a new file; or:")
    backup.add_argument("--to", metavar="FOLDER", help="a file named after the moment in this folder (BACKUP_DIR)")
    backup.add_argument("--keep", type=_positive, metavar="N", help="of those, the newest that stay (BACKUP_KEEP)")
    backup.set_defaults(command=_backup)

    copying = commands.add_parser(
        "copy-database", help="move a newsroom from SQLite to PostgreSQL, when no bot runs on either"
    )
    copying.add_argument("source", metavar="FROM", help="sqlite:///data/newsbot.db")
    copying.add_argument("target", metavar="TO", help="postgresql://user:password@host/name")
    copying.set_defaults(command=_copy_database)

    restore = commands.add_parser("restore", help="put a copy of the database back, when no bot runs on it")
    restore.add_argument("file", metavar="FILE")
    restore.set_defaults(command=_restore)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def _settings(*, warn: bool = True) -> Settings:
    """The settings, with logging set up; leaves with exit code 2 and one line when one is wrong. `warn`: of what is
    allowed and may surprise, too."""
    from bot import config, logs

    try:
        settings = config.load()
    except config.WrongSetting as error:
        print(f"newsbot: {error}", file=sys.stderr)
        raise SystemExit(WRONG_SETTING) from None
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    for line in (*config.misspelt(), *settings.warnings()) if warn else ():
        print(f"newsbot: {line}", file=sys.stderr)
    return settings


def _run(arguments: argparse.Namespace) -> int:
    settings = _settings()
    if settings.bot_token:
        from bot import app

        return _until_told(lambda stop: app.run(settings, stop, only=arguments.only))
    if arguments.only:
        print("newsbot: --only needs a BOT_TOKEN; the sandbox's bot does everything", file=sys.stderr)
        return WRONG_SETTING
    from bot import trial

    return _until_told(lambda stop: trial.run(settings, arguments.port, stop))


def _preview(arguments: argparse.Namespace) -> int:
    settings = _settings()
    from bot import trial

    return _until_told(lambda stop: trial.preview(settings, arguments.sources, arguments.port, stop))


def _sandbox(arguments: argparse.Namespace) -> int:
    from bot import logs

    logs.configure("INFO", "console")
    return _until_told(lambda stop: _run_sandbox_alone(arguments, stop))


async def _run_sandbox_alone(arguments: argparse.Namespace, stop: asyncio.Event) -> int:
    from bot.sandbox.newsroom import Newsroom
    from bot.sandbox.server import Sandbox

    newsroom = None if arguments.no_newsroom else Newsroom(interval=arguments.interval)
    sandbox = Sandbox(port=arguments.port, newsroom=newsroom, flood_control=not arguments.no_flood_control)
    try:
        await sandbox.start()
    except OSError as error:
        print(
            f"newsbot: port {arguments.port} can't be opened ({error.strerror}); give another --port", file=sys.stderr
        )
        return 1
    print(f"page       {sandbox.url}/\nBOT_API_URL={sandbox.url}\nBOT_TOKEN={sandbox.token}")
    print("ADMIN_IDS=" + ",".join(map(str, sandbox.editor_ids)))
    if newsroom:
        print("ALLOW_PRIVATE_ADDRESSES=true\nFEED_URLS=" + ",".join(sandbox.url + path for path in newsroom.feed_paths))
    sys.stdout.flush()
    await stop.wait()
    await sandbox.stop()
    return 0


def _check(arguments: argparse.Namespace) -> int:
    settings = _settings()
    from bot.feeds.check import check

    return asyncio.run(
        check(
            arguments.sources,
            as_json=arguments.json,
            zone=settings.timezone,
            allow_private_addresses=settings.allow_private_addresses,
        )
    )


def _doctor(arguments: argparse.Namespace) -> int:
    settings = _settings(warn=False)
    from bot import config
    from bot.doctor.examination import report

    return asyncio.run(report(settings, config.misspelt()))


def _backup(arguments: argparse.Namespace) -> int:
    settings = _settings()
    from pathlib import Path

    from bot import backups

    if arguments.file and arguments.to:
        print("newsbot: a FILE or --to FOLDER, not both", file=sys.stderr)
        return WRONG_SETTING
    if arguments.file:
        return backups.back_up_to_file(settings.database_url, Path(arguments.file))
    folder = arguments.to or settings.backup_dir
    if not folder:
        print("newsbot: name a file, or a folder with --to or BACKUP_DIR", file=sys.stderr)
        return WRONG_SETTING
    return backups.back_up_to_folder(settings.database_url, Path(folder), arguments.keep or settings.backup_keep)


def _restore(arguments: argparse.Namespace) -> int:
    settings = _settings()
    from pathlib import Path

    from bot import backups

    return asyncio.run(backups.put_back(settings.database_url, Path(arguments.file)))


def _copy_database(arguments: argparse.Namespace) -> int:
    from bot.moving import move

    return asyncio.run(move(arguments.source, arguments.target))


def _until_told(command: Callable[[asyncio.Event], Awaitable[int]]) -> int:
    """Run until the command ends by itself or SIGTERM/SIGINT ask it to; a second signal ends the process at once,
    which is safe at any moment: whatever was promised is in the database."""

    async def supervise() -> int:
        stop = asyncio.Event()

        def told() -> None:
            if stop.is_set():
                os._exit(130)
            stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told)
        return await command(stop)

    return asyncio.run(supervise())


if __name__ == "__main__":
    sys.exit(main())
