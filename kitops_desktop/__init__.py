"""KitOps Desktop: assemble, share and fetch ModelKits, in a window and on the command line."""

__version__ = "0.1.0"
