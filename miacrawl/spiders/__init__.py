"""The spiders: they bring discovery, fetching, extraction and store together."""
