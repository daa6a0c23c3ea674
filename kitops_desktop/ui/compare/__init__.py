"""Two ModelKits side by side."""
