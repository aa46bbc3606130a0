"""What the services need from the world, one protocol per file."""
