"""What the browser fetches over HTTP, and how the server bears a crowd."""
