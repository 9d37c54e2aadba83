"""What the board says of itself: its health, and its figures for Prometheus."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from pipeline.runtime.board.reader import State
from pipeline.runtime.board.render import Board
from pipeline.runtime.metrics.view import BoardView
from pipeline.runtime.worker.health import HealthStatus

NAME = "board"


@dataclass(frozen=True)
class BoardFigures:
    """The figures of a board that serves."""

    board: Board
    _started: float = field(default_factory=time.time)

    def health(self) -> dict[str, Any]:
        """What the health page shows.  A board that serves is ready, also without a broker: its pages say so."""
        progress = self.board.hub.progress
        return {
            "service": NAME,
            "status": HealthStatus.READY,
            "state": progress.state,
            "detail": progress.detail,
            "missing": progress.missing,
            "left": progress.left,
        }

    def view(self) -> BoardView:
        """The board now."""
        board, progress, reader = self.board, self.board.hub.progress, self.board.hub.reader
        with board.store.reading() as db:
            (items,) = db.execute("select count(*) from items").fetchone()
        return BoardView(
            room=NAME,
            is_ready=True,
            started_seconds=self._started,
            states={state.value: float(state is progress.state) for state in State},
            behind_offsets=progress.left,
            records=dict(reader.read) if reader else {},
            items=items,
            file_bytes=board.store.size(),
            browsers=board.hub.browsers,
            decisions={str(action): count for action, count in board.decided.items()},
            rebuilds=board.store.rebuilds,
        )
