"""Registries: the OCI distribution protocol as real registries speak it, on oras-py."""
