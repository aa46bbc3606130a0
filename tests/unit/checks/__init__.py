"""Checks: what drafts become, and what is said about it."""
