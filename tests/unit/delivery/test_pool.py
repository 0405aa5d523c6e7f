"""The connections to the Bot API, against servers that misbehave in every way that HTTP allows."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.delivery import pool as module
from bot.delivery.pool import Answer, NoAnswer, NotConnected, Pool

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
Serve = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[int]]]:
    """Its port, and the number of requests on each of its connections."""
    requests: list[int] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(requests)
        requests.append(0)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                requests[number] += 1
                await serve(head + await reader.readexactly(length), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    running = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    async with running:
        yield running.sockets[0].getsockname()[1], requests


def answers(*parts: bytes, close: bool = False) -> Serve:
    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.005)
        if close:
            writer.close()

    return serve


async def body_of(pool: Pool) -> bytes:
    reply = await pool.post(b"/x", b"{}")
    assert isinstance(reply, Answer), reply
    return reply.body


async def test_a_connection_is_kept_and_used_again() -> None:
    received: list[bytes] = []

    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        received.append(request)
        writer.write(OK)

    async with server(serve) as (port, requests):
        pool = Pool(f"http://127.0.0.1:{port}/base", timeout=5)
        for _ in range(3):
            reply = await pool.post(b"/bot1:x/sendMessage", b'{"a":1}')
            assert isinstance(reply, Answer)
            assert (reply.status, reply.body) == (200, b"hi")
        pool.close()
    assert requests == [3]
    assert received[0].startswith(b"POST /base/bot1:x/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % port)
    assert received[0].endswith(b'\r\n\r\n{"a":1}')


async def test_as_many_connections_as_calls_at_once() -> None:
    async with server(answers(OK)) as (port, requests):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        await asyncio.gather(*[pool.post(b"/x", b"{}") for _ in range(20)])
        await asyncio.gather(*[pool.post(b"/x", b"{}") for _ in range(20)])
        pool.close()
    assert requests == [2] * 20


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("serve", "body", "kept"),
    [
        (answers(OK), b"hi", True),
        (answers(OK[:20], OK[20:45], OK[45:]), b"hi", True),
        (answers(b"HTTP/1.1 100 Continue\r\n\r\n" + OK), b"hi", True),
        (answers(b"HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n"), b"", True),
        (answers(CHUNKED + b"2\r\nhi\r\n3;x=y\r\n yo\r\n0\r\n\r\n"), b"hi yo", True),
        (answers(CHUNKED, b"1\r\nh\r\n", b"1\r\ni\r\n0\r\n", b"\r\n"), b"hi", True),
        (answers(CHUNKED + b"2\r\nhi\r\n0\r\nTrailer: 1\r\n\r\n"), b"hi", True),
        (answers(OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")), b"hi", False),
        (answers(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"), b"hi", False),
        (answers(b"HTTP/1.1 200 OK\r\n\r\nhi", close=True), b"hi", False),
    ],
    ids=["whole", "in pieces", "after 100", "empty", "chunked", "in chunks", "trailer", "close", "1.0", "to the end"],
)
async def test_every_form_of_an_answer(serve: Serve, body: bytes, kept: bool) -> None:
    async with server(serve) as (port, requests):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        for _ in range(2):
            assert await body_of(pool) == body
        pool.close()
    assert requests == ([2] if kept else [1, 1])


@pytest.mark.parametrize(
    "serve",
    [
        answers(close=True),
        answers(OK[:-1], close=True),
        answers(CHUNKED + b"5\r\nhi", close=True),
        answers(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        answers(CHUNKED + b"zz\r\n\r\n"),
        answers(OK + OK),
        answers(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 5_000_000),
        answers(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000),
    ],
    ids=["cut at once", "cut in the body", "cut in a chunk", "not http", "no chunk", "two answers", "too long", "head"],
)
async def test_no_whole_answer_leaves_the_outcome_open(serve: Serve) -> None:
    async with server(serve) as (port, _):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        assert isinstance(await pool.post(b"/x", b"{}"), NoAnswer)
        pool.close()


async def test_a_late_answer_is_not_taken_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WATCH_SECONDS", 0.02)
    calls = 0

    async def serve(request: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.sleep(0.4)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n%d" % calls)

    async with server(serve) as (port, _):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        assert await pool.post(b"/x", b"{}", timeout=0.05) == NoAnswer("no answer within 0.05 seconds")
        assert await body_of(pool) == b"2"
        await asyncio.sleep(0.5)
        assert await body_of(pool) == b"3"
        pool.close()


async def test_closing_ends_what_is_under_way() -> None:
    async with server(answers(b"")) as (port, requests):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        call = asyncio.create_task(pool.post(b"/x", b"{}"))
        while not requests or not requests[0]:
            await asyncio.sleep(0.01)
        pool.close()
        assert await call == NoAnswer("the connection was cut")


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with server(answers(OK)) as (port, _):
        pass
    for url in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid"):
        assert isinstance(await Pool(url, timeout=5).post(b"/x", b"{}"), NotConnected)


async def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    async with server(answers(OK, close=True)) as (port, requests):
        pool = Pool(f"http://127.0.0.1:{port}", timeout=5)
        for _ in range(3):
            await pool.post(b"/x", b"{}")
            await asyncio.sleep(0.05)
        pool.close()
    assert requests == [1, 1, 1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    try:
        subprocess.run([*made, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    with path.open("a") as both:
        both.write(Path(f"{path}.crt").read_text())
    return path


async def test_tls_is_verified(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with server(answers(OK), tls=context) as (port, requests):
        refused = await Pool(f"https://localhost:{port}", timeout=5).post(b"/x", b"{}")
        assert isinstance(refused, NotConnected)
        assert "certificate" in refused.why
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        known = Pool(f"https://localhost:{port}", timeout=5)
        assert await body_of(known) == b"hi"
        assert await body_of(known) == b"hi"
        wrong = await Pool(f"https://127.0.0.1:{port}", timeout=5).post(b"/x", b"{}")
        assert isinstance(wrong, NotConnected), "the certificate is for another name"
        known.close()
    assert max(requests) == 2
