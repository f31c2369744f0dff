"""The recipe that turns a warehouse into a release, and the shelf's few moves."""
