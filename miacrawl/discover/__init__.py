"""Where articles are found: sitemaps, feeds, listing pages, related links. Pure functions of bytes and pages."""
