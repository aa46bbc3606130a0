"""Tests of the command line, against a control plane that says what a test wants."""
