"""Tests of the whole platform, used as its user would."""
