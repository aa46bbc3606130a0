"""What who writes an archive and who reads one agree on."""

MANIFEST = "manifest.json"
"""The first file: what the others are."""

LARGEST_MANIFEST = 256 * 1024 * 1024
"""Bytes a manifest may have; one of a thousand instances has less than one in a hundred of it."""

BLOCK = 512
"""Bytes of a header; the content of each file is filled up to a multiple of it."""

CHUNK = 1024 * 1024
"""Bytes read or written at a time."""


def padding(size: int) -> int:
    """Return the bytes that fill up a content."""
    return -size % BLOCK
