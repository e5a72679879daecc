"""Background work: a row decides what is done, and a driver only brings a worker to it."""
