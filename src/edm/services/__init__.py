"""What EDM does, said with ports."""
