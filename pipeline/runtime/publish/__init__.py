"""Payloads into wire.raw."""
