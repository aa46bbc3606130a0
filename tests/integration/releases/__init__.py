"""Releases, one after the other."""
