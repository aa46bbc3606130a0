"""By what an instance knows the platform, which may read its figures whoever else may call it."""

from hashlib import sha256
from hmac import new


def operator_key(secret: str, name: str) -> str:
    """Return what the platform shows to an instance; empty without a secret.

    The instance's server gets to read it: it says nothing of the secret, nor of other instances'.

    Args:
        secret: The platform's own, made once per home.
        name: The instance's name.
    """
    return new(secret.encode(), name.encode(), sha256).hexdigest() if secret else ""
