"""The store, over each database."""
