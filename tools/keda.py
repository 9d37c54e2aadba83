"""deploy/keda: an example that scales normalise by what waits for it, without transaction markers.

KEDA's own scaler for Kafka counts offsets behind the consumer group.  The topics of rooms are written in
transactions, each of which ends with a marker that takes an offset, so that such a lag never reads 0, and the group
trails the journal.  The metric `lag_records` has neither fault: it is asked for in Prometheus.
"""

from __future__ import annotations

from pipeline.runtime.metrics.table import METRICS
from pipeline.topology import PARTITIONS
from tools.kubernetes import LABELS, Manifest, text

ROOM = "normalise"  # the one that is spread by feed, and does the heavy work
WAITING_RECORDS = 2_000  # for each worker: about 10 s of its work
PROMETHEUS = "http://prometheus-operated.monitoring:9090"


def files() -> dict[str, str]:
    """The example: its name, and its text."""
    return {f"{ROOM}.yaml": text([_scaled_object()], "tools/keda.py")}


def _scaled_object() -> Manifest:
    (metric,) = (each.full_name for each in METRICS if each.name == "lag_records")
    trigger = {
        "type": "prometheus",
        "metadata": {
            "serverAddress": PROMETHEUS,
            # A partition that two workers report, for a moment, counts once.
            "query": f'sum(max by (partition) ({metric}{{room="{ROOM}"}}))',
            "threshold": str(WAITING_RECORDS),
            "ignoreNullValues": "false",  # no answer is no reason to stop workers
        },
    }
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": f"wiredesk-{ROOM}"},
        "minReplicaCount": 1,
        "maxReplicaCount": PARTITIONS,
        "cooldownPeriod": 600,
        "advanced": {
            "horizontalPodAutoscalerConfig": {
                # A partition that moves reads its journal: rarely, and 2 or 4 workers at a time.
                "behavior": {
                    "scaleUp": {
                        "stabilizationWindowSeconds": 60,
                        "policies": [{"type": "Percent", "value": 100, "periodSeconds": 60}],
                    },
                    "scaleDown": {
                        "stabilizationWindowSeconds": 600,
                        "policies": [{"type": "Percent", "value": 50, "periodSeconds": 300}],
                    },
                }
            }
        },
        "triggers": [trigger],
    }
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": f"wiredesk-{ROOM}", "labels": LABELS},
        "spec": spec,
    }
