"""What is mutated, and the tests that must notice.  Kernels are left out: numba compiles each for half a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
GOLDEN = "tests/replay/test_golden.py"
LAW_4 = "tests/replay/test_law_4.py"
JOURNAL = "tests/unit/test_journal.py"


class Target(NamedTuple):
    """Modules, as globs below the root, and the tests that hold them, the quickest first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]

    def paths(self) -> Iterator[str]:
        """The modules, below the root."""
        for glob in self.modules:
            found = (path for path in ROOT.glob(glob) if not path.name.endswith("kernels.py"))
            yield from sorted(str(path.relative_to(ROOT)) for path in found)


TARGETS = (
    Target(
        ("pipeline/resolve/*.py",),
        (
            "tests/unit/test_resolve_guards.py",
            "tests/unit/test_resolve_table.py",
            "tests/unit/test_resolve_names.py",
            "tests/unit/test_resolve_clocks.py",
            "tests/unit/test_resolve.py",
            "tests/unit/test_resolve_laws.py",
            JOURNAL,
            GOLDEN,
            LAW_4,
        ),
    ),
    Target(
        ("pipeline/dedupe/*.py",),
        (
            "tests/unit/test_dedupe_guards.py",
            "tests/unit/test_dedupe.py",
            "tests/unit/test_relations.py",
            "tests/unit/test_dedupe_laws.py",
            JOURNAL,
            GOLDEN,
            LAW_4,
        ),
    ),
    Target(
        ("pipeline/tag/*.py",),
        (
            "tests/unit/test_tag_guards.py",
            "tests/unit/test_tag.py",
            "tests/unit/test_stories.py",
            "tests/unit/test_lifecycle.py",
            "tests/unit/test_labels.py",
            "tests/unit/test_tag_laws.py",
            "tests/unit/test_tag_kernels.py",
            JOURNAL,
            GOLDEN,
        ),
    ),
    Target(
        (  # what decides about an embargo, a hold, a kill and its end; how words are found is measured on texts
            "pipeline/notes/effects.py",
            "pipeline/notes/lifts.py",
            "pipeline/notes/lines.py",
            "pipeline/notes/named.py",
            "pipeline/notes/private.py",
            "pipeline/notes/reader.py",
            "pipeline/notes/screen.py",
            "pipeline/notes/times.py",
        ),
        (
            "tests/unit/test_note_lifts.py",
            "tests/unit/test_note_times.py",
            "tests/unit/test_note_meanings.py",
            "tests/unit/test_notes.py",
            "tests/unit/test_note_screen.py",
            "tests/unit/test_note_bounds.py",
            "tests/unit/test_named.py",
        ),
    ),
    Target(
        ("pipeline/shard.py", "pipeline/ledger.py", "pipeline/envelope.py"),
        (
            "tests/unit/test_shard.py",
            "tests/unit/test_ledger.py",
            "tests/unit/test_hostile_headers.py",
            "tests/replay/test_envelope.py",
            GOLDEN,
            "tests/conformance",
        ),
    ),
    Target(
        (
            "pipeline/runtime/log/partition_task.py",
            "pipeline/runtime/log/batch.py",
            "pipeline/runtime/log/ownership.py",
            "pipeline/runtime/log/journal.py",
            "pipeline/runtime/log/markers.py",
        ),
        (
            JOURNAL,
            "tests/unit/test_partition_durability.py",
            "tests/conformance",
            "tests/crash",
        ),
    ),
    Target(
        (  # what is taken once: the cursors of the ways in, and where a telegram ends
            "pipeline/ingest/contract.py",
            "pipeline/ingest/folder.py",
            "pipeline/ingest/http/rhythm.py",
            "pipeline/ingest/http/taking.py",
            "pipeline/ingest/http/unseen.py",
            "pipeline/ingest/imap.py",
            "pipeline/ingest/push.py",
            "pipeline/ingest/s3.py",
            "pipeline/ingest/tcp_cutter.py",
        ),
        (
            "tests/unit/test_ingest_ledger.py",
            "tests/unit/test_feed_polling.py",
            "tests/unit/test_feed_rhythm.py",
            "tests/unit/test_tcp_cutter.py",
            "tests/unit/test_ingest_push.py",
            "tests/unit/test_ingest_folder.py",
            "tests/unit/test_imap.py",
            "tests/unit/test_feed_days.py",
            "tests/unit/test_s3.py",
            "tests/unit/test_feed_polling_laws.py",
            "tests/crash/test_ingest_boundaries.py",
        ),
    ),
    Target(
        (
            "pipeline/watch/feed.py",
            "pipeline/watch/lateness.py",
            "pipeline/watch/messages.py",
            "pipeline/watch/rhythm.py",
            "pipeline/watch/room.py",
            "pipeline/watch/state.py",
        ),
        ("tests/unit/test_watch.py",),
    ),
)
