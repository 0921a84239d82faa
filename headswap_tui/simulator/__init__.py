"""A simulated head swap platform: a real HTTP server on loopback. Shares nothing with the client."""
