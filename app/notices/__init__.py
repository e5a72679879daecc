"""How people hear of things outside the page that they look at: letters by e-mail."""
