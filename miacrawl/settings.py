"""Scrapy settings of a crawl, in the order of the data path: discover, fetch, store.

Every one can be set with `-s NAME=VALUE`, under Scrapy's own name or, for our own, MIACRAWL_….
"""

import os

from miacrawl import __version__

BOT_NAME = "miacrawl"
SPIDER_MODULES = ["miacrawl.spiders"]

# --- ours ---
MIACRAWL_ARCHIVE = os.environ.get("MIACRAWL_ARCHIVE", "archive")  # folder of the archive
MIACRAWL_CONTACT = ""  # address of a page or mailbox that a site's owner can turn to; goes into the user agent
MIACRAWL_LIMIT = 0  # articles to archive in one run; 0: all
MIACRAWL_ALLOW_PRIVATE = False  # open the host and port of the start URLs where they are private

# --- discover ---
DEPTH_LIMIT = 25  # links between a page and a start page

# --- fetch: honest and polite ---
USER_AGENT = f"miacrawl/{__version__}"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "miacrawl"
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
DOWNLOAD_DELAY = 0.25
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
RETRY_TIMES = 2
COOKIES_ENABLED = False
SCHEDULER = "miacrawl.fetch.frontier.Frontier"
TWISTED_DNS_RESOLVER = "miacrawl.fetch.resolver.GuardedResolver"
DOWNLOADER_MIDDLEWARES = {
    "miacrawl.fetch.scope.ScopeMiddleware": 50,
    "miacrawl.fetch.robots.RobotsMiddleware": 100,
    # Both done above: Scrapy's offsite check ignores ports, its robots.txt check lets waiting requests through.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
}
DOWNLOAD_HANDLERS = {"file": None, "ftp": None, "s3": None, "data": None}
HTTPERROR_ALLOW_ALL = True  # the ledger wants to know of every status
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# --- store ---
ITEM_PIPELINES = {"miacrawl.store.pipeline.StorePipeline": 500}

LOG_LEVEL = "INFO"
