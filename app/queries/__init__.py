"""Questions to the database that span packages."""
