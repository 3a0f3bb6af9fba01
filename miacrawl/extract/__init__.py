"""Extraction: `extract(html, url)` reads an article's fields from a page; it knows neither Scrapy nor SQLite."""

from miacrawl.extract.extractor import extract

__all__ = ["extract"]
