"""What a crawl costs: the same pages fetched by spiders that do less, by other tools, and by us, in one run."""
