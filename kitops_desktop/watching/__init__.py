"""Folders that other programs change meanwhile: told by the system where it can, else looked at again."""
