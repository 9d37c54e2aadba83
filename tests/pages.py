"""The command blocks of README and docs: which commands they have, what running one must show, what is not run.

tests/broker/test_pages.py types those of SESSION, on one broker; tests/unit/test_page_commands.py holds that every
command of every page is in one of the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.topology import TOPICS

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^(?P<indent> *)```sh\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\s+# .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command has to show, as patterns; each must be found."""

    patterns: tuple[str, ...] = ()
    follows: bool = False  # it goes on until Ctrl-C, which comes when everything was found
    beside: bool = False  # it needs nothing of the others, and runs while they do
    stdin: str = ""
    code: int = 0
    soon: bool = False  # rooms may be behind, or the broker busy: it is typed again until it shows all of that


def shows(*patterns: str, follows: bool = False, beside: bool = False, stdin: str = "", code: int = 0) -> Shown:
    return Shown(patterns, follows, beside, stdin, code)


def soon_shows(*patterns: str, code: int = 0) -> Shown:
    return Shown(patterns, code=code, soon=True)


TALKS = r"NATO-Russia security talks"
# In the order of the session: later commands see what the earlier ones left.
SESSION: dict[str, Shown] = {
    "make demo": shows(r"board at http://127\.0\.0\.1:\d+/login", TALKS, r"items +\d+ = \d+ enriched", beside=True),
    "make install && . .venv/bin/activate": shows(),
    "wiredesk up --embedded --detach": shows(r"all 8 rooms are ready after \d"),
    "wiredesk publish --at-their-time seeds/*/": shows(r"96 sent, 0 skipped"),
    "wiredesk tail wire.stories": shows(r"joined +\S.* +([2-9]|\d\d) items, \d+ independent", follows=True),
    # docs/consumers.md
    "wiredesk tail wire.enriched": shows(r" ▸ .+ \(\d+\)", follows=True),
    "wiredesk tail --json -n 100 --no-follow > capture.jsonl": soon_shows(),
    "wiredesk capture wire.raw --out raw.jsonl": soon_shows(r"(\d\d+) records"),
    "wiredesk replay raw.jsonl --out out/": shows(r"items = \d+ enriched \+ \d+ held \+ \d+ withheld \+ 6 dead"),
    # docs/editors.md
    "wiredesk stories": soon_shows(TALKS, r"last hour +hour before +items +reports"),
    "wiredesk stories --active": soon_shows(r"living"),
    "wiredesk story STORY": soon_shows(r"independent report", r" first +\S"),
    "wiredesk explain ITEM": soon_shows(r"story: \S", r"rule \S+/\d"),
    # docs/testing.md
    "wiredesk capture wire.raw --out capture.jsonl": soon_shows(r"(\d\d+) records"),
    # docs/operations.md
    "wiredesk dead list": soon_shows(r"malformed", r"bad-date", r"empty"),
    "wiredesk dead show 2@1412": shows(r"wire\.raw", r"reason"),
    "wiredesk dead show 2@1412 --bytes": shows(),
    "wiredesk dead replay 2@1412": shows(r"1 "),
    "wiredesk publish --at-their-time --quiet seeds/norden seeds/harbour": shows(r"32 sent, 0 skipped"),
    "wiredesk feeds": soon_shows(r"feed +state", r"norden"),
    "wiredesk held": soon_shows(r"dispatch", r"feed"),
    'wiredesk release DISPATCH --who "A. Lind" --why "desk called"': shows(r"release: [0-9a-f]{24}"),
    'wiredesk hold DISPATCH --who "A. Lind" --why "legal"': shows(r"hold: [0-9a-f]{24}"),
    'wiredesk kill DISPATCH --who "A. Lind" --why "withdrawn"': shows(r"kill: [0-9a-f]{24}"),
    'wiredesk erase DISPATCH --who "A. Lind" --why "court order"': shows(
        r"erase: [0-9a-f]{24}", r"wire.raw +the item.* UTC", r"wire.journal.tag .* UTC"
    ),
    'wiredesk pin STORY LABEL --who "A. Lind" --why "house style"': shows(r"pinned: "),
    # docs/alerts.md
    "wiredesk alerts test pipeline/route/routes.yaml seeds/norden seeds/harbour": shows(r"\d+ alerts"),
    "wiredesk alerts list": soon_shows(r"notification +time +desk", r"[0-9a-f]{24} .* news ", r"Kept back"),
    'wiredesk alerts ack NOTIFICATION --who "A. Lind" --why "seen"': shows(r"does not wait for an acknowledgement"),
    'wiredesk alerts mute news --story STORY --who "A. Lind" --why "over"': shows(r"mute: sent"),
    "wiredesk tail": shows(r" ▸ .+ \(\d+\)", follows=True),
    "wiredesk status": soon_shows(r"normalise +ready +4", r"alert +ready +4"),
    "wiredesk doctor": soon_shows(r"ok +broker: .*1 broker", r"ok +topics: ", r"ok +room alert: .*1 worker"),
    """wiredesk doctor --json | grep '"level":"bad"'""": soon_shows(code=1),  # grep: nothing is bad
    "wiredesk size 20000": shows(r"disk, all brokers +\d+\.\d GB", r"memory of tag"),
    "wiredesk acls resolve operator": shows(r"--allow-principal User:wiredesk-resolve .*--topic wire.normalised"),
    "wiredesk down": shows(r"stopped"),
    "wiredesk reset": shows(
        r"every topic of the rooms",
        r"Start afresh\?",
        rf"{len(TOPICS) - 2} topics deleted and created again",
        stdin="y\n",
    ),
}
# Why a command is not run here.  Where it is the first of its block, the block is not.
NOT_RUN = {
    "make test": "it is the run that this is a part of",
    "docker compose up --build --detach --wait": "needs a container engine",
    "docker compose stop normalise": "needs a container engine",
    "kubectl apply --kustomize deploy/kubernetes": "needs a Kubernetes cluster",
    "pip install 'wiredesk[board]'": "done by make install; the board is tried in tests/board",
    "wiredesk board": "done in tests/board/test_board_cli.py",
    "wiredesk demo --keep": "done in tests/broker/test_demo_keep.py",
    "kubectl logs statefulset/wiredesk-board": "needs a Kubernetes cluster",
    "systemctl enable --now wiredesk-board": "needs systemd",
    "export POLDER_SECRET=$(openssl rand -hex 32)": "the secret of an example whose feeds are tried elsewhere",
    "wiredesk ingest check feeds.yaml": "done in tests/unit/test_ingest_cli.py",
    "wiredesk ingest forget": "done in tests/broker/test_ingest.py",
    "wiredesk ingest forget polder": "likewise",
    "wiredesk ingest feeds.yaml": "done in tests/broker/test_ingest.py",
    "wiredesk ingest --once feeds.yaml": "done in tests/broker/test_ingest.py",
    "curl --fail-with-body --retry 8 --retry-all-errors http://127.0.0.1:8097/feeds/polder \\": (
        "done in tests/broker/test_ingest.py"
    ),
    "ssh-keyscan -p 22 files.agency.example > known_hosts": "needs a server that answers; ssh-keyscan is OpenSSH's",
    "ssh-keygen -lf known_hosts": "likewise",
    "wiredesk deliver check deliver.yaml": "done in tests/unit/test_deliver_cli.py",
    "wiredesk deliver deliver.yaml": "done in tests/broker/test_delivering.py",
    'wiredesk alerts send-test newsroom --why "trying"': "done in tests/broker/test_delivering.py",
    "cp deploy/systemd/* /etc/systemd/system/ && systemctl enable --now wiredesk.target": "needs systemd",
    "export WIREDESK_BOOTSTRAP=kafka-1:9092,kafka-2:9092 WIREDESK_REPLICATION=3": "needs a Kafka of three brokers",
    'echo STORY: | kcat -P -Z -K : -b "$WIREDESK_BOOTSTRAP" -t wire.stories -p PARTITION': "needs kcat",
    'kill -TERM "$PID"; tail --pid="$PID" -f /dev/null': "done in tests/broker/test_switchover.py",
    "datamodel-codegen --input schemas/wire.enriched.v1.schema.json --input-file-type jsonschema \\": (
        "done in tests/consumers/test_generated_code.py, for every schema"
    ),
}


@dataclass(frozen=True, slots=True)
class Block:
    """The commands of a block, without their comments."""

    page: str
    commands: tuple[str, ...]

    @property
    def run(self) -> tuple[str, ...]:
        """Those that are run."""
        is_run = self.commands[0] not in NOT_RUN
        return tuple(command for command in self.commands if is_run and command not in NOT_RUN)


def blocks() -> Iterator[Block]:
    """Every command block of README, CONTRIBUTING and docs."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        page = str(path.relative_to(ROOT))
        for found in _BLOCK.finditer(path.read_text("utf-8")):
            lines = _COMMENT.sub("", found["body"]).splitlines()
            yield Block(page, tuple(line.strip() for line in lines if line.strip()))
