"""Shards brought into the archive that is served."""
