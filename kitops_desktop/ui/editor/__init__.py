"""Projects: folders that become ModelKits, with their Kitfile as a form and as text."""
