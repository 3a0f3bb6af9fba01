"""`scrapy crawl miafeed`: the articles spider on Mia's Feed."""

from miacrawl.sites import profile_named
from miacrawl.spiders import articles


class MiafeedSpider(articles.ArticlesSpider):
    """Archives https://miafeed.com/."""

    name = "miafeed"
    site = profile_named(name)
