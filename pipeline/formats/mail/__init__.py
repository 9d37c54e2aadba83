"""E-mail (RFC 5322, MIME)."""
