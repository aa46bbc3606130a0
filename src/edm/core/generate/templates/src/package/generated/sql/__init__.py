"""SQL, by dialect."""
