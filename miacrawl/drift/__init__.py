"""Drift: whether what a site gives today is what it used to give. Pure: no database, no network."""
