"""Values that the formats and the copy both read: dates and zones, codes, embargoes, notes, blanks."""
