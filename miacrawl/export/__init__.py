"""Exports: what is archived, written to files that other programs read. Reads the archive, changes nothing in it."""
