"""The command line: `kit`'s commands and flags on this engine, without Qt."""
