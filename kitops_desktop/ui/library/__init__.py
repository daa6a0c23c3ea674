"""The Library: what is in the local store, one kit in detail, and what can be done with them."""
