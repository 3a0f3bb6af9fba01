"""Mia's Feed, https://miafeed.com/: health news.

Known of its pages is their reading order (site and category breadcrumb, title, "Share this article", blurb,
"2 min read", paragraphs, newsletter sign-up, "Related Articles") and their addresses, not their markup:
so this profile names addresses only, and the fields come from the generic chains, which read that order.
"""

import re

from miacrawl.site import Site

SITE = Site(
    key="miafeed",
    name="Mia's Feed",
    hosts=("miafeed.com",),
    start=("https://miafeed.com/",),
    article=re.compile(r"/category/[^/]+/[^/]+"),
    listing=re.compile(r"/category/[^/]+(?:/page/\d+)?|"),
)
