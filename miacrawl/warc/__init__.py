"""WARC files (ISO 28500:2017, WARC 1.1): records made, appended, read again, and mended. No database, no network."""
