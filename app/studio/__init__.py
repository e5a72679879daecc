"""Where the DX office designs campaigns: drafts with their history, and the audit log."""
