"""Commands, one module per thing they work on. Importing one registers its commands."""
