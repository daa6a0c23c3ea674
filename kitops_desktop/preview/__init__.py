"""Looking into a kit without unpacking it, on this computer or in a registry.

Only parts of layers are read, so nothing of it is checked against a digest: what is shown is what the storage
claims. Whoever pulls or unpacks the kit gets what was checked.
"""
