"""What changes between two versions of a model."""
