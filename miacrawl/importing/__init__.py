"""Records that exist already, told to an archive: WARC files of others (`import`), and its own (`rebuild`)."""
