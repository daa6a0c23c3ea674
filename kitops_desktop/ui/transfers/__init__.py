"""Transfers: every job, what it does now, and what came of it."""
