"""Copies of an archive, made while it is used."""
