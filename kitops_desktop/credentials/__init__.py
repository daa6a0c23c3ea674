"""Who we are to a registry: the system's keyring, files and helpers of `kit` and Docker, and their order."""
