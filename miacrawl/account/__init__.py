"""The account of one address: what the ledger, the captures, the article and the site's rules say of it."""
