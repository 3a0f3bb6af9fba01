"""miacrawl: crawl article sites into a SQLite archive that researchers can trust and analysts can read."""

from miacrawl.article import Article, Evidence, RelatedLink
from miacrawl.extract import extract

__all__ = ["Article", "Evidence", "RelatedLink", "extract"]
__version__ = "0.1.0"
