"""Scrapy settings of a crawl, in the order of the data path: discover, fetch, store.

Every one can be set with `-s NAME=VALUE`, under Scrapy's own name or, for our own, MIACRAWL_….
"""

import os

from miacrawl import __version__

BOT_NAME = "miacrawl"
SPIDER_MODULES = ["miacrawl.spiders"]

# --- ours ---
MIACRAWL_ARCHIVE = os.environ.get("MIACRAWL_ARCHIVE", "archive")  # folder of the archive
MIACRAWL_CONTACT = os.environ.get("MIACRAWL_CONTACT", "")  # page or mailbox for site owners, put into the user agent
MIACRAWL_PERMALINK = ""  # address at which Datasette shows the archive to others, for the permalinks of citations
MIACRAWL_LIMIT = 0  # articles to archive in one run; 0: all
MIACRAWL_ALLOW_PRIVATE = False  # open the host and port of the start URLs where they are private
MIACRAWL_SITES: dict[str, dict[str, object]] = {}  # {site: {name: value}}: what a site has for itself, by miacrawl.yaml
MIACRAWL_JOBS = 0  # processes that read pages where there is much to read; 1: the crawl's own; 0: one a processor
MIACRAWL_CONDITIONAL = True  # ask for archived pages by ETag and Last-Modified, so that unchanged ones cost little
MIACRAWL_SOURCES = 10  # feeds and sitemaps of each site that every update asks, those that found most lately
MIACRAWL_REVISIT_SHARE = 0.5  # an archived article is due again after this share of the time since it last changed
MIACRAWL_REVISIT_MIN_HOURS = 6  # no article is due again before
MIACRAWL_REVISIT_MAX_DAYS = 180  # nor after this
MIACRAWL_RETRY_SECONDS = 5  # before a failed page is tried again (RETRY_TIMES times); doubled each time
MIACRAWL_BACK_OFF_SECONDS = 1  # a host that fails twice in a row is left alone so long; doubled each time, up to 60
MIACRAWL_HOST_ERRORS = 20  # a host that fails so often in a row is left for the next run; 0: never
MIACRAWL_PATIENCE_SECONDS = 300  # a run waits no longer for a host that asked to wait; it is left for the next run
MIACRAWL_STOP_SECONDS = 20  # told to stop, a run cuts off what has not ended after this
MIACRAWL_RETRY_AFTER_MAX_SECONDS = 86400  # a host that asks for more (Retry-After) is left alone for this
MIACRAWL_MAX_RATIO = 300  # a body over 1 MB may grow so many times when unpacked (pages: 19, sitemaps: 128); 0: any
MIACRAWL_TRAP_LIMIT = 200  # pages of one pattern (/calendar/N/N) that are tried when they lead to nothing new; 0: all
MIACRAWL_RESERVATIONS = True  # ask every host for ai.txt and tdmrep.json once a week, to record what it reserves
MIACRAWL_HONOUR: list[str] = []  # of noindex, noarchive, nosnippet, noai, tdm: pages that say so are not archived
MIACRAWL_DRIFT = True  # compare what a site gives with what it used to give, and raise alarms (exit code 8)
MIACRAWL_DRIFT_RUNS = 50  # earlier runs to compare with, at most
MIACRAWL_DRIFT_LEAST = 8  # pages that must have been seen of late for an alarm
MIACRAWL_DRIFT_HISTORY = 20  # pages that must have been seen before that
MIACRAWL_DRIFT_EFFECT_SHARE = 0.2  # of the pages must have changed: 0.2 is from 95 % with a blurb to 75 %
MIACRAWL_DRIFT_FALSE_SHARE = 0.001  # of the runs of a site that does not change may raise an alarm, at most
MIACRAWL_RENDER = False  # load pages that are empty until their scripts run in a browser; needs miacrawl[render]
MIACRAWL_RENDER_BROWSER = ""  # path of Chromium; where empty, the system's, or else Playwright's own
MIACRAWL_RENDER_SANDBOX = True  # Chromium's own; false only in a container that is one itself
MIACRAWL_RENDER_PAGES = 1  # rendered at a time
MIACRAWL_RENDER_SECONDS = 30  # that a page's scripts may take, waits for what they ask for left out
MIACRAWL_RENDER_REQUESTS = 60  # that a page may make
MIACRAWL_RENDER_MAXSIZE = 16 * 1024 * 1024  # bytes of the answers to them, and of the page's markup then
MIACRAWL_RENDER_MEMORY_MB = 1024  # that the browser's page may take
MIACRAWL_RENDER_POST = False  # let pages post to their own site, as some do to ask for their text

MIACRAWL_CAPTURES = True  # keep every answer as it came, in WARC files (folder warc/ of the archive)
MIACRAWL_WARC_MB = 1024  # size from which a WARC file is finished and the next one begun

# --- ours: who is told when a run ends ---
MIACRAWL_PROMETHEUS = ""  # file of metrics to write, as /var/lib/node_exporter/textfile/miacrawl.prom
MIACRAWL_ON_FINISH = ""  # command to call, without a shell: the run's JSON on standard input, EXIT_STATUS, ARCHIVE
MIACRAWL_WEBHOOK = ""  # address to POST the run's JSON to
MIACRAWL_NOTIFY_SECONDS = 60  # time that the command, and the webhook, may take

# --- ours: more than one machine (miacrawl cluster) ---
MIACRAWL_CLUSTER_DSN = ""  # PostgreSQL, as postgresql://user@host/name; passwords are better kept in ~/.pgpass
MIACRAWL_CLUSTER_STORE = ""  # where shards are kept: a folder that all machines share, or a URL as s3://bucket/path
MIACRAWL_CLUSTER_EVERY_HOURS = 6  # between two visits of a site, unless the site has a time of its own
MIACRAWL_CLUSTER_VISIT_SECONDS = 3600  # a visit that takes longer is interrupted and published, and goes on later
MIACRAWL_CLUSTER_LEASE_SECONDS = 16  # a worker that is silent for so long has lost its site; its crawl stops before
MIACRAWL_CLUSTER_KEEP_GB = 20.0  # shards that a worker keeps at hand, so that they need not be fetched again

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
DOWNLOAD_DELAY_JITTER = 0  # a delay is a promise: never shorter
CONCURRENT_REQUESTS = 64  # over all hosts
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
RETRY_ENABLED = False  # the ledger keeps what is to be tried again: it outlives the process, and waits
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 10
COOKIES_ENABLED = False
SCHEDULER = "miacrawl.fetch.frontier.Frontier"
TWISTED_DNS_RESOLVER = "miacrawl.fetch.resolver.GuardedResolver"
DOWNLOADER_MIDDLEWARES = {
    "miacrawl.fetch.scope.ScopeMiddleware": 50,
    "miacrawl.fetch.robots.RobotsMiddleware": 100,
    "miacrawl.fetch.reservations.ReservationsMiddleware": 120,
    "miacrawl.fetch.politeness.PolitenessMiddleware": 150,
    # Both done above: Scrapy's offsite check ignores ports, its robots.txt check lets waiting requests through.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Ours are Scrapy's with bounds, in the same places.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "miacrawl.fetch.redirects.BoundedMetaRefresh": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "miacrawl.fetch.compression.BoundedCompression": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "miacrawl.fetch.redirects.BoundedRedirects": 600,
    # Next to the downloader: it sees what came over the wire.
    "miacrawl.fetch.capturing.CaptureMiddleware": 950,
}
DOWNLOAD_HANDLERS = {
    "http": "miacrawl.fetch.handler.BoundedHandler",
    "https": "miacrawl.fetch.handler.BoundedHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
HTTPERROR_ALLOW_ALL = True  # the ledger wants to know of every status
EXTENSIONS = {"miacrawl.fetch.pulse.Pulse": 0}
HTTPPROXY_ENABLED = False  # a proxy from the environment connects itself: the guard can't see whom it talks to
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# --- store ---
CONCURRENT_ITEMS = 4  # of one response; a page gives one, and Scrapy makes as many tasks for each response as it may
ITEM_PIPELINES = {"miacrawl.store.pipeline.StorePipeline": 500}

LOG_LEVEL = "INFO"
