"""The formats in JSON: ninjs, dpa digitalwires, the AP Media API."""
