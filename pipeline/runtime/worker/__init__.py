"""A room as a process: Faust, the watchdog, the health page."""
