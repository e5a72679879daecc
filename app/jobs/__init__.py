"""Background work: a row decides what is done, and a driver only calls a worker."""
