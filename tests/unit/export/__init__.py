"""Tests of models written in other notations."""
