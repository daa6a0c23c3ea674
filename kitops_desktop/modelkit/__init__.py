"""ModelKits: planning layers, packing, reading and unpacking them."""
