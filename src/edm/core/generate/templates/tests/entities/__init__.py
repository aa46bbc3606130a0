"""What each collection answers."""
