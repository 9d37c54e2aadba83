"""Values that the formats and the copy both read: dates and time zones, codes, agencies, embargoes, blanks."""
