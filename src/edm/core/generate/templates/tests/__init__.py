"""The tests of this server: every operation and every refusal of every entity."""
