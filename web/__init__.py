"""What stands between a browser and the pages: who asks, and what is refused."""
