"""Citations of archived articles: names, dates and keys, and the formats that reference managers read."""
