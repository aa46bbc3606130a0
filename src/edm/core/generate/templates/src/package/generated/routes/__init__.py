"""What answers requests, by entity."""
