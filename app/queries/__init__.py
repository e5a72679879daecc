"""Questions that span packages."""
