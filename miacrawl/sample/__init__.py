"""A bundled news site about health, written for this project, to crawl without leaving the computer.

`content/` holds the articles, `truth` what a perfect crawl would find, `server` publishes it all on loopback.
Four markups and a good number of traps (wrong charsets, gone pages, duplicates) make it a fair likeness of the web.
"""

SITE_NAME = "Sample Health Feed"
SITE_SLOGAN = "Small, careful articles about feeling well"
REVISIONS = (1, 2)
"""States of the site: 1 as first published; 2 after one article was rewritten, one withdrawn and one added."""
