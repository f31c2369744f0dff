"""One module per address; the only callers of queries."""
