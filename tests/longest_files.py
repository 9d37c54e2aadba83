"""The files that take longest, longest first: else one would begin when the others are almost through."""

from __future__ import annotations

from pathlib import Path

LONGEST = (
    # on a broker
    "test_chaos",
    "test_ingest",
    "test_security",
    "test_switchover",
    "test_doctor_states",
    "test_pages",
    "test_three_brokers",
    "test_board_cluster",
    "test_board",
    "test_owned_broker",
    "test_killed_ways_in",
    "test_tools_cli",
    "test_wrong_clocks",
    "test_ingest_http",
    # without one
    "test_every_boundary",
    "test_copy",
    "test_ingest_ways",
    "test_lost_markers",
    "test_browser",
    "test_two_texts",
    "test_deposed_leaders",
    "test_hostile",
    "test_patterns",
    "test_format_laws",
    "test_store",
    "test_generated_code",
    "test_deploy",
    "test_real_payloads",
    "test_erased_words",
    "test_s3",
    "test_polling_boundaries",
    "test_planted",
)


def rank(path: Path) -> int:
    """The place of a file in the order in which files are begun; what is not named comes behind, as it was."""
    return LONGEST.index(path.stem) if path.stem in LONGEST else len(LONGEST)
