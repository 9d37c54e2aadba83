"""What the doctor reports: the state of one thing a finding, with its cause, its remedy and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """Whether somebody has to act."""

    OK = "ok"
    BAD = "bad"  # exit code 1
    UNCHECKED = "unchecked"  # it could not be looked at, which may be intended


class Check(StrEnum):
    """What is looked at, in the order of the layers: each check needs those before it."""

    SETTINGS = "settings"
    ALERT_RULES = "alert-rules"
    EMBEDDED_BROKER = "embedded-broker"
    BROKER = "broker"
    DISK = "disk"
    CLOCK = "clock"
    TOPICS = "topics"
    RIGHTS = "rights"
    ROOM = "room"
    NAMES = "names"


class FindingState(StrEnum):
    """Every state that a finding can have.  The values are published with `--json`: never rename one."""

    RIGHT = "right"
    MISCONFIGURED = "misconfigured"
    RUNNING = "running"
    STOPPED = "stopped"
    INCOMPLETE = "incomplete"
    NOT_INSTALLED = "not-installed"
    FULL_DISK = "full-disk"
    UNKNOWN_HOST = "unknown-host"
    NOTHING_LISTENS = "nothing-listens"
    SILENT = "silent"
    HANGS_UP = "hangs-up"
    NOT_KAFKA = "not-kafka"
    ENCRYPTED = "encrypted"
    NOT_ENCRYPTED = "not-encrypted"
    OTHER_NAME = "other-name"
    EXPIRED = "expired"
    UNTRUSTED = "untrusted"
    CLIENT_CERTIFICATE = "client-certificate"
    LOGIN_NEEDED = "login-needed"
    NO_LOGIN = "no-login"
    MECHANISM = "mechanism"
    LOGIN = "login"
    CLOCK_OFF = "clock-off"
    MISSING = "missing"
    FORBIDDEN = "forbidden"
    PARTITIONS_DIFFER = "partitions-differ"
    REPLICATION_DIFFERS = "replication-differs"
    SETTING_DIFFERS = "setting-differs"
    SETTINGS_UNSEEN = "settings-unseen"
    NO_RIGHT = "no-right"
    UNSEEN = "unseen"
    JOURNAL_UNREADABLE = "journal-unreadable"
    JOURNAL_LOST = "journal-lost"
    BREAKER_OPEN = "breaker-open"
    NAME_TAKEN = "name-taken"
    ABSENT = "absent"
    RECOVERING = "recovering"
    STARTING = "starting"
    RECORDS_DELETED = "records-deleted"
    WORKING = "working"


STATES: Mapping[FindingState, tuple[Level, str]] = {  # what it means, for the operators' page
    FindingState.RIGHT: (Level.OK, "as it must be"),
    FindingState.MISCONFIGURED: (Level.BAD, "a setting, or a file that it names, cannot be used"),
    FindingState.RUNNING: (Level.OK, "it runs"),
    FindingState.STOPPED: (Level.OK, "it does not run, and can be started"),
    FindingState.INCOMPLETE: (Level.BAD, "of several embedded brokers, some do not run"),
    FindingState.NOT_INSTALLED: (Level.OK, "the extra `embedded` is not installed, nor needed for another broker"),
    FindingState.FULL_DISK: (Level.BAD, "the disk under a broker's data is full, or nearly"),
    FindingState.UNKNOWN_HOST: (Level.BAD, "this machine cannot resolve the broker's name"),
    FindingState.NOTHING_LISTENS: (Level.BAD, "nothing listens at the broker's address"),
    FindingState.SILENT: (Level.BAD, "the broker gives no answer, or none in time"),
    FindingState.HANGS_UP: (Level.BAD, "what listens at the broker's address closes connections without an answer"),
    FindingState.NOT_KAFKA: (Level.BAD, "something other than a broker listens there"),
    FindingState.ENCRYPTED: (Level.BAD, "the broker speaks TLS, the settings do not"),
    FindingState.NOT_ENCRYPTED: (Level.BAD, "the settings say TLS, the broker does not"),
    FindingState.OTHER_NAME: (Level.BAD, "the broker's certificate is for another name"),
    FindingState.EXPIRED: (Level.BAD, "the broker's certificate is not valid at this time"),
    FindingState.UNTRUSTED: (Level.BAD, "the broker's certificate comes from an authority that is not trusted"),
    FindingState.CLIENT_CERTIFICATE: (Level.BAD, "the broker does not accept the client's certificate"),
    FindingState.LOGIN_NEEDED: (Level.BAD, "the broker wants a login, the settings have none"),
    FindingState.NO_LOGIN: (Level.BAD, "the settings have a login, the broker takes none"),
    FindingState.MECHANISM: (Level.BAD, "the broker does not take this SASL mechanism"),
    FindingState.LOGIN: (Level.BAD, "wrong user or password"),
    FindingState.CLOCK_OFF: (Level.BAD, "the clocks of this machine and the broker differ"),
    FindingState.MISSING: (Level.BAD, "the topic does not exist"),
    FindingState.FORBIDDEN: (Level.BAD, "the user may not see the topic: whether it exists is not known"),
    FindingState.PARTITIONS_DIFFER: (Level.BAD, "the topic has another number of partitions"),
    FindingState.REPLICATION_DIFFERS: (Level.BAD, "the topic has fewer replicas"),
    FindingState.SETTING_DIFFERS: (Level.BAD, "a setting of the topic differs"),
    FindingState.SETTINGS_UNSEEN: (Level.UNCHECKED, "the user may not see the settings of the topics"),
    FindingState.NO_RIGHT: (Level.BAD, "the user lacks a right"),
    FindingState.UNSEEN: (Level.UNCHECKED, "it cannot be seen: a right, a topic or the broker's answer is missing"),
    FindingState.JOURNAL_UNREADABLE: (Level.BAD, "another version wrote the journal, or it is damaged"),
    FindingState.JOURNAL_LOST: (Level.BAD, "the journal, or the input, was deleted"),
    FindingState.BREAKER_OPEN: (Level.BAD, "too many of the last records died: the room takes nothing more"),
    FindingState.NAME_TAKEN: (Level.BAD, "two workers have one name"),
    FindingState.ABSENT: (Level.BAD, "the room has no worker"),
    FindingState.RECOVERING: (Level.OK, "a worker reads its journal"),
    FindingState.STARTING: (Level.OK, "a worker has been started and has not joined the group yet"),
    FindingState.RECORDS_DELETED: (Level.BAD, "records were deleted before the room read them"),
    FindingState.WORKING: (Level.OK, "the room has a worker"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing.  Figures are numbers; `details` are names: topics, rights, workers."""

    check: Check
    state: FindingState
    cause: str
    remedy: str = ""
    subject: str = ""  # the room or topic, where there are several
    figures: Mapping[str, int] = field(default_factory=dict)
    details: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """Whether somebody has to act."""
        return STATES[self.state][0]

    def as_json(self) -> dict[str, Any]:
        """The published shape: docs/operations.md, Doctor."""
        return {
            "check": self.check,
            "subject": self.subject,
            "level": self.level,
            "state": self.state,
            "cause": self.cause,
            "remedy": self.remedy,
            "figures": dict(self.figures),
            "details": list(self.details),
        }
