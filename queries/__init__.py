"""Questions put to one release by one viewer; answers come back as frozen rows."""
