"""What two kits have in common and where they differ."""
