"""Settings: what the user has chosen, saved at once."""
