"""Secrets encrypted with a key in a file that only its owner may read."""

from edm.adapters.vault.keyfile import KeyFileVault

__all__ = ["KeyFileVault"]
