"""The archive's database: schema, ledger, articles, runs. SQL lives here and nowhere else."""
