"""Repositories that git fetches over http, with their large files."""
