"""What a notification says where people read it: a title, its sentences, and a line about itself."""

from __future__ import annotations

from pipeline.items import Notification
from pipeline.outside import clean_line
from pipeline.values.blanks import shortened


def title_of(notification: Notification, most: int) -> str:
    """Its title on one line, of at most so many characters."""
    return shortened(clean_line(notification.title), most)


def cut(text: str, most: int) -> str:
    """The text with its lines; of a longer one the beginning and `…`."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def about(notification: Notification) -> str:
    """Which desk, how urgent, why, what was left out, and its id, by which a repeat is known."""
    counts = notification.left_out.model_dump().items()
    left_out = ", ".join(f"{name} {count}" for name, count in counts if count)
    parts = (
        notification.desk,
        notification.level,
        *notification.reasons,
        f"left out: {left_out}" if left_out else "",
        notification.id,
    )
    return clean_line(" · ".join(part for part in parts if part))


def thread_of(notification: Notification) -> str:
    """The thread of all its alerts; its own id if they have several, or it has none."""
    threads = {alert.thread for alert in notification.alerts}
    return threads.pop() if len(threads) == 1 else notification.id
