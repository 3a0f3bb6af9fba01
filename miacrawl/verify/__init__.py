"""Whether an archive is what it says: database, captures, files and ledger held against each other, and mended."""
