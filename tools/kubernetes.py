"""deploy/kubernetes: a kustomize base with a StatefulSet for each room, and for each service beside them.

A pod's name is the worker's stable name in its consumer group, and a StatefulSet never runs two pods of one name at
once.  Kafka is not part of the base; the ConfigMap says where it is.  tools/strimzi.py makes an overlay of it.
"""

from __future__ import annotations

from typing import Any

import yaml

from pipeline import __version__
from pipeline.runtime.worker.exits import STOP_SECONDS
from pipeline.runtime.worker.process import OPEN_SECONDS
from pipeline.services import SERVICES, ServiceSpec
from pipeline.settings import PREFIX
from pipeline.topology import ROOMS, RoomSpec

Manifest = dict[str, Any]
Spec = RoomSpec | ServiceSpec

HEAD = "# `make generate` writes this file. Change it in an overlay, or in {}.\n"
OURS = "tools/kubernetes.py"
IMAGE = f"wiredesk:{__version__}"
USER_ID = 10001  # of deploy/Dockerfile
HEALTH_PORT = 8080  # likewise
STATE_DIR = "/var/lib/wiredesk"  # likewise
SCRATCH = {"scratch": STATE_DIR, "tmp": "/tmp"}  # noqa: S108  # a container's own; the rest of its root is read-only
SCRATCH_MIB = 64  # of each, but for the files of a service
CONTAINER = "worker"  # the name that overlays patch
PROBE_SECONDS = 15
CPU = "100m"  # requested; no limit: a room that reads its journal back uses what is there
KAFKA_PORTS = (9092, 9093, 9094)  # plain, TLS, TLS with login: as most clusters have them
DNS_PORT = 53
RECEIVER_PORTS = (443, 465, 587)  # of notifications: HTTPS, and mail with TLS
SETTINGS = {"BOOTSTRAP": "kafka:9092", "APP_ID": "wiredesk", "REPLICATION": "3"}
LABELS = {"app.kubernetes.io/name": "wiredesk"}


def files() -> dict[str, str]:
    """Every file of the base: its name, and its text."""
    programs: list[Spec] = [*ROOMS.values(), *SERVICES.values()]
    manifests = {"settings.yaml": [_settings()], "topics.yaml": [_topics()]} | {
        f"{spec.name}.yaml": [_service(spec), _stateful_set(spec), _disruption_budget(spec)] for spec in programs
    }
    manifests["network.yaml"] = [_network_policy(), *_ways_out(), *_ways_in()]
    manifests["kustomization.yaml"] = [kustomization(sorted(manifests))]
    return {name: text(each, OURS) for name, each in manifests.items()}


class _Dumper(yaml.SafeDumper):
    """Writes what occurs twice twice, as people do not read anchors, and several lines as lines."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _str(dumper: _Dumper, data: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_Dumper.add_representer(str, _str)


def text(manifests: list[Manifest], generator: str) -> str:
    """The manifests as a file that this generator writes."""
    return HEAD.format(generator) + body(manifests)


def body(manifests: list[Manifest]) -> str:
    """The manifests as YAML."""
    return yaml.dump_all(manifests, Dumper=_Dumper, sort_keys=False, width=110)


def kustomization(resources: list[str], **more: Any) -> Manifest:
    """What `kubectl apply --kustomize` reads."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
        **more,
    }


def _named(api: str, kind: str, name: str, labels: dict[str, str], **more: Any) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "labels": labels}, **more}


def _settings() -> Manifest:
    data = {PREFIX + name: value for name, value in SETTINGS.items()}
    return _named("v1", "ConfigMap", "wiredesk", LABELS, data=data)


def _topics() -> Manifest:
    """The job that creates the topics that are missing, and fails if one differs from what it must be."""
    labels = {**LABELS, "app.kubernetes.io/component": "topics"}
    pod = _pod("topics", ["topics", "create"], memory_mib=256) | {"restartPolicy": "OnFailure"}
    # A job cannot be changed: once it is gone, the next version's can be applied.
    spec = {"ttlSecondsAfterFinished": 3600, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return _named("batch/v1", "Job", "wiredesk-topics", labels, spec=spec)


def _labels(spec: Spec) -> dict[str, str]:
    return {**LABELS, "app.kubernetes.io/component": spec.name}


def _ports(spec: Spec) -> dict[str, int]:
    """The ports of its container, by name."""
    return {"health": HEALTH_PORT} | ({"pages": spec.port} if isinstance(spec, ServiceSpec) and spec.port else {})


def _service(spec: Spec) -> Manifest:
    ports = [{"name": name, "port": port} for name, port in _ports(spec).items()]
    inner = {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": _labels(spec), "ports": ports}
    return _named("v1", "Service", f"wiredesk-{spec.name}", _labels(spec), spec=inner)


def _disruption_budget(spec: Spec) -> Manifest:
    inner = {"maxUnavailable": 1, "selector": {"matchLabels": _labels(spec)}}
    return _named("policy/v1", "PodDisruptionBudget", f"wiredesk-{spec.name}", _labels(spec), spec=inner)


def _network_policy() -> Manifest:
    """In: the health pages.  Out: Kafka, and names.  An overlay with other ports replaces it."""
    rules = {
        "podSelector": {"matchLabels": LABELS},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"ports": [{"protocol": "TCP", "port": "health"}]}],
        "egress": [
            {"ports": [{"protocol": "TCP", "port": port} for port in KAFKA_PORTS]},
            {"ports": [{"protocol": protocol, "port": DNS_PORT} for protocol in ("UDP", "TCP")]},
        ],
    }
    return _named("networking.k8s.io/v1", "NetworkPolicy", "wiredesk", LABELS, spec=rules)


def _ways_out() -> list[Manifest]:
    """Lets out what delivers notifications to their receivers, and services to the servers that they ask."""
    deliver: tuple[Spec, tuple[int, ...]] = (ROOMS["deliver"], RECEIVER_PORTS)
    found = []
    for spec, ports in (deliver, *((each, each.out_ports) for each in SERVICES.values() if each.out_ports)):
        rules = {
            "podSelector": {"matchLabels": _labels(spec)},
            "policyTypes": ["Egress"],
            "egress": [{"ports": [{"protocol": "TCP", "port": port} for port in ports]}],
        }
        name = "wiredesk-deliver" if spec.name == "deliver" else f"wiredesk-{spec.name}-out"
        found.append(_named("networking.k8s.io/v1", "NetworkPolicy", name, LABELS, spec=rules))
    return found


def _ways_in() -> list[Manifest]:
    """Lets in who asks for what a service serves; an overlay narrows it to the ingress in front."""
    found = []
    for spec in (each for each in SERVICES.values() if each.port):
        rules = {
            "podSelector": {"matchLabels": _labels(spec)},
            "policyTypes": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": "pages"}]}],
        }
        found.append(
            _named("networking.k8s.io/v1", "NetworkPolicy", f"wiredesk-{spec.name}", _labels(spec), spec=rules)
        )
    return found


def _stateful_set(spec: Spec) -> Manifest:
    words, scratch_mib = (
        ([spec.name, *spec.arguments], spec.files_mib)
        if isinstance(spec, ServiceSpec)
        else (["worker", spec.name], SCRATCH_MIB)
    )
    pod = _pod(CONTAINER, words, spec.memory_limit_mib, requested_mib=spec.memory_mb, scratch_mib=scratch_mib)
    pod["terminationGracePeriodSeconds"] = STOP_SECONDS + 10
    pod["containers"][0] |= _worker(spec)
    inner = {
        "serviceName": f"wiredesk-{spec.name}",
        "replicas": 1,  # of a room 1, 2 or 4: docs/operations.md, Scaling
        "selector": {"matchLabels": _labels(spec)},
        "template": {"metadata": {"labels": _labels(spec)}, "spec": pod},
    }
    return _named("apps/v1", "StatefulSet", f"wiredesk-{spec.name}", _labels(spec), spec=inner)


def _worker(spec: Spec) -> Manifest:
    """What its container has beside its command.  A room that reads its journal is alive, but not ready."""
    alive, ready = ({"httpGet": {"path": path, "port": "health"}} for path in ("/health", "/ready"))
    often = {"periodSeconds": PROBE_SECONDS, "timeoutSeconds": 10}
    instance = {"name": PREFIX + "INSTANCE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    return {
        "env": [instance],
        "ports": [{"name": name, "containerPort": port} for name, port in _ports(spec).items()],
        "readinessProbe": ready | often,
        "livenessProbe": alive | often | {"failureThreshold": OPEN_SECONDS // PROBE_SECONDS + 1},
    }


def _pod(
    name: str, arguments: list[str], memory_mib: int, requested_mib: int = 128, scratch_mib: int = SCRATCH_MIB
) -> Manifest:
    sizes = {"scratch": scratch_mib, "tmp": SCRATCH_MIB}
    container = {
        "name": name,
        "image": IMAGE,
        "args": arguments,
        "envFrom": [
            {"configMapRef": {"name": "wiredesk"}},
            {"secretRef": {"name": "wiredesk", "optional": True}},  # WIREDESK_USER, WIREDESK_PASSWORD
        ],
        "resources": {
            "requests": {"cpu": CPU, "memory": f"{requested_mib}Mi", "ephemeral-storage": f"{SCRATCH_MIB}Mi"},
            "limits": {"memory": f"{memory_mib}Mi", "ephemeral-storage": f"{sum(sizes.values())}Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in SCRATCH.items()],
    }
    return {
        # Otherwise a service of ours may set WIREDESK_…_SERVICE_HOST: a variable that nobody reads stops the start.
        "enableServiceLinks": False,
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER_ID,
            "runAsGroup": USER_ID,
            "fsGroup": USER_ID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": name, "emptyDir": {"sizeLimit": f"{sizes[name]}Mi"}} for name in SCRATCH],
    }
