"""The local store of ModelKits, which we share with `kit`."""
