"""What the demo shows, at the sizes of usual terminals: whole labels, no ids, every dead letter with its reason."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.envelope import CONTENT_TYPE, FORMAT
from pipeline.records import Position, Record, Room
from pipeline.replay import Replay, payload
from pipeline.runtime.demo.closing import open_stories, print_board, print_new, print_next, print_summary
from pipeline.runtime.demo.demo import introduction
from pipeline.runtime.demo.scoreboard import TOPICS_WATCHED, Scoreboard
from pipeline.runtime.demo.view import live_view
from pipeline.samples import Sample, read_samples
from pipeline.shard import Step
from pipeline.topology import journal_topic

SEEDS = Path(__file__).parents[2] / "seeds"
IDS = re.compile(r"\b[0-9a-f]{16,}\b")
SIZES = [(80, 24), (120, 40), (60, 20)]


class Journalled(Replay):
    """A replay that keeps the journals as well, as the log does."""

    def _step(self, room: Room[Any, Any], record: Record) -> Step:
        step = super()._step(room, record)
        topic = journal_topic(room.name)
        log = self.log[topic]
        position = Position(topic, record.position.partition, len(log))
        log.append(Record(position, b"", step.journal, (), record.timestamp_ms))
        return step


@cache
def samples() -> tuple[Sample, ...]:
    return read_samples(SEEDS).payloads


def board_after(count: int) -> Scoreboard:
    """The board after so many samples; after each of them the rooms had nothing left to do."""
    board, replay, seen = Scoreboard(expected=count, intro=introduction(samples())), Journalled(), dict[str, int]()
    for number, sample in enumerate(samples()[:count], 1):
        time_ms = round(sample.time.timestamp() * 1000)
        headers = ((FORMAT, sample.format.encode()), (CONTENT_TYPE, sample.content_type.encode()))
        replay.publish(payload(sample.feed, sample.data, time_ms, headers), time_ms)
        for topic in TOPICS_WATCHED:
            for record in replay.log[topic][seen.get(topic, 0) :]:
                board.take(record, time_ms / 1000)
            seen[topic] = len(replay.log[topic])
        assert board.settle(time_ms / 1000), sample.file
        assert board.settled == number
    assert board.complete
    return board


@pytest.fixture(scope="module", params=[1, 45, 96])
def board(request: pytest.FixtureRequest) -> Scoreboard:
    return board_after(request.param)


def drawn(board: Scoreboard, width: int, height: int, address: str = "") -> list[str]:
    """The lines of the screen."""
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, force_terminal=True, color_system=None)
    console.print(live_view(board, width, height, address), end="")
    return [line.rstrip() for line in out.getvalue().removesuffix("\n").split("\n")]


@pytest.mark.parametrize("size", SIZES)
def test_the_screen_fits_and_shows_no_id(board: Scoreboard, size: tuple[int, int]) -> None:
    """As many lines as the terminal has, none wider than it, names instead of ids."""
    lines = drawn(board, *size)
    assert len(lines) == size[1]
    assert max(map(len, lines)) <= size[0]
    assert not IDS.search("\n".join(lines))
    assert size[0] < 80 or "hours pass in a second." in " ".join(lines[:2])


@pytest.mark.parametrize("size", SIZES)
def test_a_label_is_never_cut(board: Scoreboard, size: tuple[int, int]) -> None:
    """The newest item's label has all its words, wrapped if need be; among the stories labels are whole."""
    text = "\n".join(drawn(board, *size))
    newest = board.items[-1].story
    assert newest is None or all(word in text for word in newest.label.split())
    _, _, below = text[text.index("stories  ") :].partition("\n")
    cells = re.findall(
        r"(?:^|  ) *\d+ +\d+ (\S+(?: \S+)*)", re.split(r"^(?:alerts|\d+/)", below, flags=re.M)[0], re.M
    )
    assert cells
    assert set(cells) <= {story.label for story in open_stories(board)}


def test_dead_letters_are_shown_with_their_reasons() -> None:
    """On the screen as they come, and all of them at the end."""
    board = board_after(96)
    assert len(board.letters) == 6
    for size, most in (((80, 24), 2), ((120, 40), 6)):
        text = "\n".join(drawn(board, *size))
        assert all(letter.reason in text for letter in board.letters[-most:])
    end = closing(board)
    assert all(letter.reason in end for letter in board.letters)


def closing(board: Scoreboard) -> str:
    out = io.StringIO()
    console = Console(file=out, width=80, highlight=False)
    print_new(console, board)
    print_summary(console, board)
    return out.getvalue()


def test_the_plain_lines_have_no_ids_and_recalls_name_what_they_withdraw() -> None:
    """Off a terminal: a line each, a recall with both headlines; the account at the end is balanced."""
    text = closing(board_after(96))
    assert "\x1b" not in text
    assert not IDS.search(text)
    recall = next(line for line in text.splitlines() if " recall " in line)
    assert "Russians leave Brussels talks early (it repeats “Russian delegation leaves" in recall
    assert "which was killed" in recall
    assert " = " in next(line for line in text.splitlines() if line.startswith("items  ") and "enriched" in line)


def test_an_account_that_is_not_settled_is_not_complete() -> None:
    """A payload that was sent and has not come out holds back the next one."""
    board = Scoreboard(expected=1)
    replay = Journalled()
    time_ms = round(samples()[0].time.timestamp() * 1000)
    replay.publish(payload("polder", samples()[0].data, time_ms), time_ms)
    for topic in TOPICS_WATCHED:
        if topic != journal_topic("alert"):
            for record in replay.log[topic]:
                board.take(record, time_ms / 1000)
                assert not board.settle(time_ms / 1000)
    for record in replay.log[journal_topic("alert")]:
        board.take(record, time_ms / 1000)
    assert board.settle(time_ms / 1000)
    assert board.complete


def test_what_to_try_next_can_be_copied() -> None:
    """A command is never broken, however narrow the terminal."""
    out = io.StringIO()
    print_next(Console(file=out, width=20), [("wiredesk publish --at-their-time seeds/*/", "these wires")])
    assert out.getvalue() == "  wiredesk publish --at-their-time seeds/*/  # these wires\n"


ADDRESS = "http://127.0.0.1:34953/login?token=g0VpR3AkBM58HQ-ARbZNEv7vgwyfD428"


@pytest.mark.parametrize(("size", "is_shown"), [((80, 24), True), ((120, 40), True), ((60, 20), False)])
def test_the_address_of_the_board_is_shown_whole(size: tuple[int, int], is_shown: bool) -> None:
    """On the screen, which is as high as before; where it does not fit, not at all."""
    lines = drawn(board_after(1), *size, address=ADDRESS)
    assert len(lines) == size[1]
    assert (f"board at {ADDRESS}" in lines) is is_shown


WITHOUT = "the board needs Starlette, uvicorn and Jinja2; install them: pip install 'wiredesk[board]'"


@pytest.mark.parametrize(
    ("address", "why_not", "line"),
    [(ADDRESS, "", f"board at {ADDRESS}"), ("", WITHOUT, f"no board: {WITHOUT}")],
)
def test_where_the_board_is(address: str, why_not: str, line: str) -> None:
    """A line that can be copied, or why there is no board, with the extra that it needs."""
    out = io.StringIO()
    print_board(Console(file=out, width=20), address, why_not)
    assert out.getvalue() == line + "\n"
