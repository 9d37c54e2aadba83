"""A room as a process: Faust, the watchdog, its pages for health and figures."""
