"""`scrapy crawl miafeed`: the articles spider on Mia's Feed."""

from miacrawl.sites.miafeed import SITE
from miacrawl.spiders import articles


class MiafeedSpider(articles.ArticlesSpider):
    """Archives https://miafeed.com/."""

    name = SITE.key
    site = SITE
