"""Registries: which there are, what is in them, and what can be done there."""
