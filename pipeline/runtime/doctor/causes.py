"""Which state of a finding a trouble on the way to a broker is, and which one a mismatch of a topic."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.runtime.doctor.findings import FindingState
from pipeline.runtime.kafka.mismatches import MismatchKind
from pipeline.runtime.kafka.troubles import Trouble

OF_TROUBLE: Mapping[Trouble, FindingState] = {
    Trouble.SILENT: FindingState.SILENT,
    Trouble.HANGS: FindingState.SILENT,
    Trouble.UNKNOWN_HOST: FindingState.UNKNOWN_HOST,
    Trouble.NOTHING_LISTENS: FindingState.NOTHING_LISTENS,
    Trouble.HANGS_UP: FindingState.HANGS_UP,
    Trouble.NOT_KAFKA: FindingState.NOT_KAFKA,
    Trouble.ENCRYPTED: FindingState.ENCRYPTED,
    Trouble.NOT_ENCRYPTED: FindingState.NOT_ENCRYPTED,
    Trouble.OTHER_NAME: FindingState.OTHER_NAME,
    Trouble.EXPIRED: FindingState.EXPIRED,
    Trouble.UNTRUSTED: FindingState.UNTRUSTED,
    Trouble.CLIENT_CERTIFICATE: FindingState.CLIENT_CERTIFICATE,
    Trouble.LOGIN_NEEDED: FindingState.LOGIN_NEEDED,
    Trouble.NO_LOGIN: FindingState.NO_LOGIN,
    Trouble.MECHANISM: FindingState.MECHANISM,
    Trouble.LOGIN: FindingState.LOGIN,
}
OF_MISMATCH: Mapping[MismatchKind, FindingState] = {
    MismatchKind.MISSING: FindingState.MISSING,
    MismatchKind.FORBIDDEN: FindingState.FORBIDDEN,
    MismatchKind.PARTITIONS: FindingState.PARTITIONS_DIFFER,
    MismatchKind.REPLICATION: FindingState.REPLICATION_DIFFERS,
    MismatchKind.UNSEEN: FindingState.SETTINGS_UNSEEN,
    MismatchKind.SETTING: FindingState.SETTING_DIFFERS,
}
