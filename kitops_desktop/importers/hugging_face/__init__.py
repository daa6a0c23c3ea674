"""Repositories of Hugging Face: what an address there means, what is in one, and its files."""
