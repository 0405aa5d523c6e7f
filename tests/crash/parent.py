"""A warm parent for bots that are to be killed: it has imported the whole program and forks a bot for each start.

A start by exec costs some 3 seconds of imports, so that a hundred kills would take minutes in which nothing happens. A
forked bot runs the same `bot.__main__.main(["run"])` with an environment, a folder and a pid of its own, and dies of a
real SIGKILL. Forking is safe here: this process has one thread, no event loop and no connections.

Spoken to over its pipes, a JSON object a line: {"start": environment, "folder": …, "patience": …, "arguments": […]}
answers the pid,
{"wait": pid} answers how it ended, when it has (minus the signal's number when it was killed).
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import traceback
from typing import Any, NoReturn


def serve() -> None:
    # What `run` imports when it is called; the name keeps linters from taking it for unused.
    from bot import __main__ as program
    from bot import app, config, logs

    assert all((program, app, config, logs))
    assert threading.active_count() == 1, "forking a process with threads may leave a lock held for ever"
    gc.freeze()
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        print(_start(asked) if "start" in asked else _wait(asked["wait"]), flush=True)


def _start(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _be_a_bot(asked["start"], asked["folder"], asked["patience"], asked["arguments"])
    return pid


def _wait(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _be_a_bot(environment: dict[str, str], folder: str, patience: float | None, arguments: list[str]) -> NoReturn:
    code = 70
    try:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        nothing, log = os.open(os.devnull, os.O_RDONLY), os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        from bot import app
        from bot.__main__ import main

        if patience is not None:
            # Half a minute for an answer is right for Telegram, and too long for a test that loses many of them.
            assert isinstance(app.TIMEOUT, float), "the time limit for an answer has moved; see bot.app"
            app.TIMEOUT = patience
        code = main(["run", *arguments])
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
