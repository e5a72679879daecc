"""What pages and the API share: counting requests, logging them, the published catalogue."""
