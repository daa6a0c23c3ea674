"""The words of the OCI specifications: digests, descriptors, references, manifests, storages."""
