"""Forms with a file, as browsers send them."""

import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send."""

    filename: str
    content: bytes


def encode(fields: dict[str, str], upload: Upload | None) -> tuple[str, bytes]:
    """Return the content type and the body of a multipart form."""
    boundary = f"edm-{secrets.token_hex(16)}"
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
    if upload is not None:
        place = f'name="file"; filename="{_quoted(upload.filename)}"'
        parts.append(_part(boundary, place, upload.content))
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _part(boundary: str, place: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {place}\r\n\r\n"
    return head.encode("utf-8", "replace") + content + b"\r\n"


def _quoted(filename: str) -> str:
    # As browsers do it: what would end the quotes or the line is percent-encoded.
    return filename.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
