"""Rendering: a page that is an empty shell until its scripts run is loaded in a browser that can't reach the network.

Whatever the page asks for, the crawl's own downloader fetches: robots.txt, delays, the guard against private addresses
and all bounds hold for it as for any other request. Needs the extra: `pip install 'miacrawl[render]'`.
"""
