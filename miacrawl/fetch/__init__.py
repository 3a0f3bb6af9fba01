"""How pages are had: the frontier, robots.txt, the guard against private addresses, progress. Scrapy components."""
