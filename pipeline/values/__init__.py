"""Values that the formats and the copy both read: dates and time zones, codes, embargoes, notes, blanks."""
