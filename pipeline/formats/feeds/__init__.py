"""RSS, Atom and Media RSS."""
