"""The rows of a shard, brought into the archive that it is attached to, table by table and batch by batch."""
