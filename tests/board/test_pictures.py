"""Pictures of each view, on the sample wires; `--screenshots docs/board` writes those of the pages."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pipeline.board.rows import FEEDS
from pipeline.envelope import RecordType
from pipeline.items import instant
from pipeline.items.feed import FeedState
from pipeline.records import Record
from pipeline.runtime.board.held import REASONS, HeldLine, HeldList
from tests.board.browsing import Serving, visiting
from tests.board.records import START_MS, feed, record

FOLDER = Path(__file__).parents[2] / "docs" / "board"
BYTES_MAX = 120_000
DESK, TALL, PHONE = (1280, 860), (1280, 1120), (390, 844)
SCALE = {DESK: 1.25, TALL: 1.0, PHONE: 2.0}  # pixels of the picture for one of the page
QUALITY = 0.66
BROKEN = "51 of its last 100 payloads died, the last one as malformed"
# Chromium writes WebP itself, so that no library of pictures is needed.
ENCODE = """async ([png, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A view as it is shown: its address, and the link on that page that leads to it."""

    name: str
    path: str
    link: str = ""
    size: tuple[int, int] = DESK
    scheme: str = "light"


STORY = '#list h2 a:has-text("NATO-Russia security talks")'
PICTURES = (
    Picture("stories", "/"),
    Picture("stories-dark", "/", scheme="dark"),
    Picture("story", "/", STORY, TALL),
    Picture("story-phone", "/", STORY, PHONE),
    Picture("item", "/search?q=NATO", "#list a"),
    Picture("wire", "/wire"),
    Picture("alerts", "/alerts"),
    Picture("recalls", "/recalls"),
    Picture("feeds", "/feeds"),
    Picture("held", "/held"),
    Picture("search", "/search?q=NATO"),
)


class Held(HeldList):
    """What the sample wires leave held."""

    def __init__(self) -> None:
        pass

    def lines(self) -> list[HeldLine]:
        unreadable = REASONS["unreadable-embargo"]
        return [
            HeldLine("25e896127f293602c387f75f", "desk", 1, REASONS["embargo"], instant(START_MS + 86_400_000)),
            HeldLine("1f0c8b34a1eac1ea1646b381", "ostsee", 1, unreadable, None),
            HeldLine("756118c406da2c3862103a23", "norden", 1, unreadable, None),
        ]


def feeds_with_days() -> list[Record]:
    """Statuses as after weeks of a wire: the sample wires have three days, too few to know what is usual."""
    late = 2_280
    usual: dict[str, Any] = {"items": 4_120, "items_a_week": 690, "usual_silence_seconds": 2_700}
    found = [
        feed("polder", FeedState.SET_ASIDE, late, why=BROKEN, warnings_share=0.31, **usual),
        feed("norden", FeedState.SILENT, late + 41, **usual),
        feed("harbour", FeedState.LATE, late - 60, lateness_seconds=5_400, usual_lateness_seconds=60, **usual),
        *(feed(name, minute=0, **usual) for name in ("meridian", "ostsee", "prairie")),
    ]
    return [record(FEEDS, 0, 1_000_000 + at, RecordType.FEED, one, late) for at, one in enumerate(found)]


def test_the_pages_show_each_picture() -> None:
    """Those that are there are those of the table, small, and each stands in the page about the board."""
    names = [picture.name for picture in PICTURES]
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name}.webp" for name in names)
    page = FOLDER.with_suffix(".md").read_text()
    assert [name for name in names if f"](board/{name}.webp)" not in page] == []
    assert all(path.stat().st_size <= BYTES_MAX for path in FOLDER.iterdir())


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_pictures(picture: Picture, chromium: Browser, serving: Serving, pytestconfig: pytest.Config) -> None:
    """Each view can be shown in a page of ours: it is there, and its picture is small."""
    serving.board.held = Held()
    serving.board.store.write(feeds_with_days())
    width, height = picture.size
    options = {"viewport": {"width": width, "height": height}, "device_scale_factor": SCALE[picture.size]}
    with visiting(chromium, serving, color_scheme=picture.scheme, **options) as page:
        page.goto(picture.path)
        if picture.link:
            page.locator(picture.link).first.click()
            page.wait_for_load_state()
        assert page.locator("h1").is_visible()
        encoded = webp(page)
    assert len(encoded) <= BYTES_MAX
    if folder := pytestconfig.getoption("--screenshots"):
        (Path(folder) / f"{picture.name}.webp").write_bytes(encoded)


def webp(page: Page) -> bytes:
    """What the window shows, as WebP; the page itself may not run the script, by its policy."""
    png = base64.b64encode(page.screenshot()).decode()
    blank = page.context.new_page()
    found: str = blank.evaluate(ENCODE, [png, QUALITY])
    return base64.b64decode(found)
