"""A part of a page that a tool writes, between two markers."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent


def mark(name: str, tool: str) -> tuple[str, str]:
    """The two markers of a part of a page."""
    return f"<!-- {name}: tools/{tool} writes this -->\n", f"<!-- /{name} -->\n"


def main(arguments: list[str], document: Path, marks: tuple[str, str], part: str) -> int:
    """The exit code.  With --check nothing is written, and 1 says that the page is stale.  A path may follow."""
    check = "--check" in arguments
    document = next((Path(each) for each in arguments if each != "--check"), document)
    text = document.read_text(encoding="utf-8")
    begin, end = text.index(marks[0]) + len(marks[0]), text.index(marks[1])
    current = text[:begin] + part + text[end:]
    if not check:
        document.write_text(current, encoding="utf-8")
    return int(check and current != text)


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
