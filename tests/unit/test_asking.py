"""The smallest client asks servers that answer as they like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edm.adapters.system.http import status_of_socket, text_of_socket

pytestmark = pytest.mark.unit


@asynccontextmanager
async def server(place: Path, *segments: bytes) -> AsyncIterator[Path]:
    """Answer each request with these segments, one after the other, while inside."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for segment in segments:
                writer.write(segment)
                await writer.drain()
                # The next one is sent when this one has been read.
                await asyncio.sleep(0.01)
        finally:
            writer.close()

    # Relative: a socket's path is short.
    listening = await asyncio.start_unix_server(answer, place)
    async with listening:
        yield place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("s.sock")


async def test_a_page_is_read_to_its_end(place: Path) -> None:
    segments = (b"HTTP/1.1 200 OK\r\n", b"\r\n", b"requests_total ", b"42\n")
    async with server(place, *segments) as socket:
        assert await text_of_socket(socket, "/-/metrics", "key") == "requests_total 42\n"


async def test_a_page_without_end_is_cut(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edm.adapters.system.http._LARGEST", 1000)
    async with server(place, b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 600] * 3) as socket:
        assert len(await text_of_socket(socket, "/-/metrics", "key")) == 1000 - 19


@pytest.mark.parametrize("line", [b"x" * 100_000, b"HTTP/1.1 " + b"2" * 5000 + b"\r\n", b"", b"a"])
async def test_no_status_is_no_answer(place: Path, line: bytes) -> None:
    async with server(place, line) as socket:
        assert await status_of_socket(socket, "/") is None
