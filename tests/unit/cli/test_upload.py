"""Forms are what servers read: checked with a parser that is not ours."""

from email.parser import BytesParser
from email.policy import HTTP

import pytest

from edm.cli.upload import Upload, encode

pytestmark = pytest.mark.unit


def parse(content_type: str, body: bytes) -> dict[str, tuple[str | None, bytes]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[str(name)] = (part.get_filename(), content)
    return parts


def test_fields_and_the_file_arrive() -> None:
    body = encode({"name": "shop", "access": "public"}, Upload("shop.xml", b"<x/>\r\n--edm"))
    assert parse(*body) == {
        "name": (None, b"shop"),
        "access": (None, b"public"),
        "file": ("shop.xml", b"<x/>\r\n--edm"),
    }


def test_without_a_file_there_are_only_fields() -> None:
    assert parse(*encode({"name": "shop"}, None)) == {"name": (None, b"shop")}


def test_a_hostile_file_name_ends_no_header() -> None:
    _, body = encode({}, Upload('a"\r\nX-Evil: 1\r\n\r\n.xml', b"x"))
    head, _, _ = body.partition(b"\r\n\r\n")
    assert b"\r\nX-Evil" not in head
    assert head.count(b'"') == 4
