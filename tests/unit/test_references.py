"""Whatever the project refers to is in the project: pages, anchors, laws, files, modules, tests, make targets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline import __version__

ROOT = Path(__file__).parents[2]
SELF = Path(__file__)
SUFFIXES = {".md", ".py", ".yaml", ".yml", ".toml", ".json", ".txt", ".cfg"}
NAMES = {"Makefile", "Dockerfile", "run"}
# Payloads and golden files quote the wire, not the project.
PASSED_OVER = {"seeds", "golden", "findings", "node_modules", "build", "dist", "ninjs"}
LAWS = ROOT / "docs/design/laws.md"
NUMBERED = {"law": LAWS, "trap": ROOT / "docs/design/kafka-and-faust.md"}
ADRS = ROOT / "docs/adr"

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_DIFFSTAT = re.compile(r"^```diffstat\n.*?^```", re.MULTILINE | re.DOTALL)  # of branches that were thrown away
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_ANCHOR = re.compile(r"<a id=\"([\w-]+)\"")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_PAGE = re.compile(r"(?<![\w./-])((?:docs/[\w/-]+|README|CHANGELOG|CONTRIBUTING)\.md)(#[\w-]+)?")
_SECTION = re.compile(r"(?<![\w./-])(docs/[\w/-]+\.md), (?=[A-Z])(.{1,60})")
_NUMBERED = re.compile(r"\b(law|trap)s? ((?:\d+(?:, | and )?)+)", re.IGNORECASE)
_FOLDERS = "pipeline|tests|docs|schemas|deploy|tools|benchmarks|seeds"
_PACKAGES = "|".join(sorted(path.name for path in (ROOT / "pipeline").iterdir() if (path / "__init__.py").exists()))
_FILE = re.compile(rf"(?<![\w./<{{*-])((?:{_FOLDERS}|{_PACKAGES})/[\w./-]*\w)(?![\w*{{<…]|/[*<{{])")
_MODULE = re.compile(r"(?<![\w./-])pipeline((?:\.(?!__)[a-z_]\w*)+(?:\.[A-Z]\w*)?)")
_TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")
_MAKE = re.compile(r"`make ([a-z-]+)")
# Pages of earlier days that were never in the repository, as they used to be quoted.
_FOREIGN = re.compile(
    r"\b(?:DESIGN|NEWSWIRE|ALGORITHMS|FAUST|STYLE)(?:\.md\b|,? (?:laws?|rule|trap)\b|,? \d|, [A-Z])"
)


def texts() -> Iterator[tuple[Path, str]]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if hidden or PASSED_OVER.intersection(parts) or path == SELF or not path.is_file():
            continue
        if path.suffix in SUFFIXES or path.name in NAMES:
            yield path, path.read_text("utf-8")


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page, as GitHub makes them of its headings."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    seen: Counter[str] = Counter()
    found = set(_ANCHOR.findall(text))
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(found)


def target(page: Path, anchor: str) -> str | None:
    """What is wrong with a page and its anchor, if anything is."""
    if not page.exists():
        return "no such file"
    if anchor and page.suffix == ".md" and anchor.removeprefix("#") not in anchors(page):
        return "no such anchor"
    return None


def links(path: Path, text: str) -> Iterator[str]:
    """Relative links of a page."""
    if path.suffix != ".md":
        return
    for link in _LINK.findall(_FENCE.sub("", text)):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        if wrong := target(path.parent / name if name else path, anchor):
            yield f"{link}: {wrong}"


def pages(path: Path, text: str) -> Iterator[str]:
    """Pages that are named by their path from the root, with or without an anchor."""
    if path.suffix == ".md":
        text = _LINK.sub("", text)
    for name, anchor in _PAGE.findall(text):
        if wrong := target(ROOT / name, anchor):
            yield f"{name}{anchor}: {wrong}"


def sections(path: Path, text: str) -> Iterator[str]:
    """Sections by their heading, as messages to operators name them: `docs/operations.md, Switch-over`."""
    for name, after in _SECTION.findall(text):
        page = ROOT / name
        if page.exists() and not any(
            after.startswith(heading) for heading in _HEADING.findall(page.read_text("utf-8"))
        ):
            yield f"{name}, {after}: no such section"


def numbered(path: Path, text: str) -> Iterator[str]:
    """Laws and traps by their number alone."""
    for word, numbers in _NUMBERED.findall(text):
        there = anchors(NUMBERED[word.lower()])
        for number in re.findall(r"\d+", numbers):
            if f"{word.lower()}-{number}" not in there:
                yield f"{word} {number}: there is none"


def foreign(path: Path, text: str) -> Iterator[str]:
    """Pages that are not in the repository."""
    yield from (f"{name}: not a page of this repository" for name in _FOREIGN.findall(text))


def files(path: Path, text: str) -> Iterator[str]:
    """Files and folders, from the root or from the package (`runtime/worker.py`)."""
    for name in _FILE.findall(_DIFFSTAT.sub("", text)):
        from_root = name.split("/")[0] in _FOLDERS.split("|")
        is_named = Path(name).suffix in SUFFIXES or (from_root and path.suffix == ".md")
        if is_named and not (ROOT / ("" if from_root else "pipeline") / name).exists():
            yield f"{name}: no such file"


def modules(path: Path, text: str) -> Iterator[str]:
    """Modules and what is in them, by dotted name."""
    for dotted in _MODULE.findall(text):
        here, names = ROOT / "pipeline", dotted.strip(".").split(".")
        while names and (here / names[0]).is_dir():
            here = here / names.pop(0)
        here = here / f"{names.pop(0)}.py" if names and (here / f"{names[0]}.py").exists() else here / "__init__.py"
        if names and not re.search(rf"\b{names[0]}\b", here.read_text("utf-8")):
            yield f"pipeline{dotted}: no {names[0]} in {here.relative_to(ROOT)}"


def cases(path: Path, text: str) -> Iterator[str]:
    """Tests by file and name."""
    for file, name in _TEST.findall(text):
        if not (ROOT / file).exists() or f"def {name}(" not in (ROOT / file).read_text("utf-8"):
            yield f"{file}::{name}: no such test"


def targets(path: Path, text: str) -> Iterator[str]:
    """Targets of the Makefile."""
    there = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    yield from (f"make {name}: no such target" for name in _MAKE.findall(text) if name not in there)


Check = Callable[[Path, str], Iterator[str]]
CHECKS: tuple[Check, ...] = (links, pages, sections, numbered, foreign, files, modules, cases, targets)


def complaints(check: Check, documents: Iterable[tuple[Path, str]]) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {wrong}" for path, text in documents for wrong in check(path, text)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_reference_resolves(check: Check) -> None:
    """Nothing in the project points to what is not there."""
    assert not complaints(check, texts())


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (links, "see [laws](design/nowhere.md)"),
        (links, "see [laws](design/laws.md#law-99)"),
        (pages, "# docs/design/laws.md#law-99"),
        (pages, "# docs/nowhere.md"),
        (sections, "see docs/operations.md, Nowhere."),
        (numbered, "as law 99 has it"),
        (numbered, "traps 2, 6 and 99"),
        (foreign, "(DESIGN" + " law 5)"),
        (foreign, "FAUST" + ".md, trap 2"),
        (files, "see pipeline/nowhere.py"),
        (files, "see runtime/nowhere.py"),
        (files, "held by `tests/nowhere`"),
        (modules, "pipeline.shard.Nowhere"),
        (modules, "pipeline.nowhere"),
        (cases, "tests/unit/test_references.py::test_nowhere"),
        (targets, "`make nowhere`"),
    ],
)
def test_a_broken_reference_is_seen(check: Check, text: str) -> None:
    """Each kind of check can fail."""
    assert complaints(check, [(ROOT / "docs/page.md", text)])


def test_every_law_names_its_tests() -> None:
    """The laws are numbered without a gap, and each says which tests hold it."""
    parts = re.split(r"^## Law (\d+)$", LAWS.read_text("utf-8"), flags=re.MULTILINE)
    numbers, bodies = parts[1::2], parts[2::2]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert not [number for number, body in zip(numbers, bodies, strict=True) if "`tests/" not in body]


def test_every_decision_is_in_the_index() -> None:
    """Decisions are numbered without a gap, have three parts, and the index names each by its title."""
    index = (ADRS / "README.md").read_text("utf-8")
    decisions = sorted(ADRS.glob("[0-9]*.md"))
    assert decisions
    for number, path in enumerate(decisions, 1):
        title, *_ = (text := path.read_text("utf-8")).splitlines()
        assert path.name.startswith(f"{number:04}-")
        assert f"| [{number}]({path.name}) | {title.removeprefix(f'# {number}. ')} |" in index
        assert [part for part in ("Context.", "Decision.", "Consequence.") if f"**{part}**" not in text] == []


def test_every_broker_test_is_run() -> None:
    """`make test` looks for tests on a broker in the folders that have some, and in no others."""
    (named,) = re.findall(r"^WITH_BROKERS := (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    marks = re.compile(r"mark\.broker\b|\bwiredesk_broker:")
    having = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "tests").rglob("*.py")
        if marks.search(path.read_text("utf-8"))
    }
    assert {f"tests/{folder}" for folder in having} == {*named.split()}


def test_the_changelog_has_this_version() -> None:
    """The version, which is in one place, is a section of the changelog; so is what comes next."""
    sections = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections[:2] == ["Unreleased", __version__]
