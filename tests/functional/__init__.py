"""What was generated, run."""
