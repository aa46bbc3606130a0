"""Examining a platform: facts about a machine and a home become findings, each with its remedy."""
