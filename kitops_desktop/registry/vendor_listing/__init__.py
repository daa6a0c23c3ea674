"""Repositories as the makers of a registry list them, where the registry itself does not (`/v2/_catalog`)."""
