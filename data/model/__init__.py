"""The nouns everyone shares: waves, viewers, cells, releases and their tables."""
