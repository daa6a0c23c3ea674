"""Fetching projects from where they are no ModelKits yet, into a folder."""
