"""Repositories of Hugging Face in the window: looked into, downloaded, and signed in to."""
