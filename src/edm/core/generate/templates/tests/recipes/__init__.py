"""How tests make objects: one recipe per entity."""
