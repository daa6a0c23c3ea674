"""Looking into a kit without unpacking it."""
