"""IPTC NITF 2.5 to 3.6."""
