"""The fetcher against servers that misbehave, over real connections."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.feeds.addresses import is_public
from bot.feeds.fetch import Fetched, Fetcher, FetchFailed, NotModified

Answer = Callable[[dict[str, str], asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """An HTTP server whose answers are written by hand."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {"path": lines[0].split()[1]}
            headers |= {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
            await answer(headers, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


def say(status: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(allow_private_addresses=True, total_seconds=2)
    yield fetcher
    await fetcher.close()


async def test_validators_travel_byte_for_byte(fetcher: Fetcher) -> None:
    async def answer(headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        if headers.get("if-none-match") == 'W/"odd, "':
            assert headers["if-modified-since"] == "Mon, 23 Nov 2026 10:00:00 +0000"
            writer.write(say("304 Not Modified"))
        else:
            writer.write(say("200 OK", b"x", ETag='W/"odd, "', Last_Modified="Mon, 23 Nov 2026 10:00:00 +0000"))

    async with server(answer) as url:
        first = await fetcher.fetch(url)
        assert isinstance(first, Fetched)
        assert isinstance(await fetcher.fetch(url, first.validators), NotModified)


async def test_the_same_bytes_are_no_change(fetcher: Fetcher) -> None:
    async def answer(headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(say("200 OK", b"same"))

    async with server(answer) as url:
        first = await fetcher.fetch(url)
        assert isinstance(first, Fetched)
        assert isinstance(await fetcher.fetch(url, first.validators), NotModified)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        ("404 Not Found", {}, FetchFailed("the server answers 404")),
        ("410 Gone", {}, FetchFailed("the server answers 410", gone=True)),
        ("503 Busy", {"Retry_After": "120"}, FetchFailed("the server answers 503", retry_after=120)),
        ("429 Slow", {"Retry_After": "soon"}, FetchFailed("the server answers 429")),
        ("500 Oops", {"Retry_After": "120"}, FetchFailed("the server answers 500")),
    ],
)
async def test_failures_are_values(
    fetcher: Fetcher, status: str, headers: dict[str, str], expected: FetchFailed
) -> None:
    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(say(status, **headers))

    async with server(answer) as url:
        assert await fetcher.fetch(url) == expected


async def test_a_gzip_bomb_stays_small(fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 300_000_000, 9)
    assert len(bomb) < 300_000

    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(say("200 OK", bomb, Content_Encoding="gzip"))

    async with server(answer) as url:
        tracemalloc.start()
        result = await fetcher.fetch(url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert result == FetchFailed("larger than 10 MB")
    assert peak < 20_000_000


async def test_gzip_is_read(fetcher: Fetcher) -> None:
    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(say("200 OK", gzip.compress(b"<rss/>"), Content_Encoding="gzip"))

    async with server(answer) as url:
        result = await fetcher.fetch(url)
        assert isinstance(result, Fetched)
        assert result.body == b"<rss/>"


async def test_a_slow_drip_ends(fetcher: Fetcher) -> None:
    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.2)

    async with server(answer) as url:
        assert await fetcher.fetch(url) == FetchFailed("the server took longer than 2 seconds")


async def test_an_endless_body_ends(fetcher: Fetcher) -> None:
    async def answer(_: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"." * 65536)
            await writer.drain()

    async with server(answer) as url:
        assert await fetcher.fetch(url) == FetchFailed("larger than 10 MB")


async def test_only_a_chain_of_permanent_redirects_moves_a_feed(fetcher: Fetcher) -> None:
    async def answer(headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        match headers["path"]:
            case "/new":
                writer.write(say("200 OK", b"x"))
            case "/moved":
                writer.write(say("301 Moved", Location="/new"))
            case "/mixed":
                writer.write(say("302 Found", Location="/moved"))
            case _:
                writer.write(say("302 Found", Location="/loop"))

    async with server(answer) as url:
        moved, mixed = await fetcher.fetch(url + "/moved"), await fetcher.fetch(url + "/mixed")
        assert isinstance(moved, Fetched)
        assert moved.moved_to == url + "/new"
        assert isinstance(mixed, Fetched)
        assert mixed.moved_to is None
        assert await fetcher.fetch(url + "/loop") == FetchFailed("more than 5 redirects")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://0x7f.1:1/", "http://2130706433:1/"]
)
async def test_private_addresses_are_refused(url: str) -> None:
    fetcher = Fetcher(allow_private_addresses=False)
    result = await fetcher.fetch(url)
    await fetcher.close()
    assert isinstance(result, FetchFailed)
    assert "not a public address" in result.reason
    assert "ALLOW_PRIVATE_ADDRESSES" in result.reason


@pytest.mark.parametrize("url", ["ftp://e.kz/", "file:///etc/passwd", "not an address", "http://", "http://e kz/"])
async def test_other_addresses_are_refused(fetcher: Fetcher, url: str) -> None:
    assert isinstance(await fetcher.fetch(url), FetchFailed)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.88.99.1",
        "168.63.129.16",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "fc00::1",
        "fe80::1%eth0",
        "ff02::1",
        "rubbish",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2a00:1450:4010::8a", "2606:4700::1111"])
def test_public(address: str) -> None:
    assert is_public(address)
