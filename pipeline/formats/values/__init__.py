"""Values that many formats write: dates and zones, codes, private notes."""
