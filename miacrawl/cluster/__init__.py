"""Past one machine: sites are handed out by PostgreSQL, their shards are kept in a store that all machines share.

A site is crawled by one worker at a time, with the ordinary update on the site's own small archive (its shard). The
register in PostgreSQL is the truth: which sites there are, who holds which until when, and which files a shard is made
of. The store holds files that never change once written. docs/cluster.md says how it is set up and what happens when.
"""
