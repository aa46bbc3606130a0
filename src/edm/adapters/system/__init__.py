"""What the adapters of one machine share: commands, processes, files and names."""
