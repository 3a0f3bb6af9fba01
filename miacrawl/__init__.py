"""miacrawl: crawl article sites into a SQLite archive that researchers can trust and analysts can read."""

from miacrawl.article import Article, RelatedLink

__all__ = ["Article", "RelatedLink"]
__version__ = "0.1.0"
