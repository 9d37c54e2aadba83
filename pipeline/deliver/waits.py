"""What waits for a receiver: what of it may go next, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pipeline.deliver.receivers import Receiver, Receivers
from pipeline.deliver.state import DeliverState, KeptNotification, Waiting


def free(
    waiting: Iterable[Waiting], notification: Callable[[Waiting], KeptNotification]
) -> Iterator[tuple[Waiting, KeptNotification]]:
    """What has nothing of its threads before it, the oldest first."""
    blocked: set[str] = set()
    for one in waiting:
        kept = notification(one)
        if blocked.isdisjoint(kept.threads):
            yield one, kept
        blocked.update(kept.threads)


def due_ms(state: DeliverState, receivers: Receivers) -> int | None:
    """When something is to be done, by the broker's clock."""
    if not state.is_due_known:
        found = (_of_receiver(state, name, receivers.receivers.get(name)) for name in state.queues)
        state.due_ms = min((ms for ms in found if ms is not None), default=None)
        state.is_due_known = True
    return state.due_ms


def _of_receiver(state: DeliverState, name: str, settings: Receiver | None) -> int | None:
    """When the next attempt begins, or something is too old; None while an attempt is under way alone."""
    waiting = state.waiting(name)
    if not waiting:
        return None
    if settings is None:
        return state.now_ms
    moments = [one.since_ms + settings.give_up_after for one in waiting if not one.is_running]
    known = state.receivers.get(name)
    if not (known and known.is_disabled) and not any(one.is_running for one in waiting):
        ready = min(one.due_ms for one, _ in free(waiting, state.notification))
        moments.append(max(ready, known.paused_until_ms if known else 0))
    return min(moments, default=None)
