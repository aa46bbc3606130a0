"""Where adapters meet services: everything is built here, and nowhere else."""
