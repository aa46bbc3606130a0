"""What an instance may do next."""
