"""AP Media API."""
