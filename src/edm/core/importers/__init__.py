"""From the bytes of a model file to a draft model."""
