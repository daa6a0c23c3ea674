"""The Kitfile: reading, writing, checking, generating and editing it, and the ignore file beside it."""
