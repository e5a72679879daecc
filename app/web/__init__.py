"""The pages: a module a noun. Routes only translate: a query or an activity in, a template out."""
