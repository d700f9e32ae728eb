"""Storage of records, changes and streams."""
