"""deploy/strimzi: an overlay of deploy/kubernetes for a Kafka cluster that Strimzi runs.

Strimzi makes the topics (KafkaTopic) and the users with their rights and passwords (KafkaUser), so no job makes
topics.  Each room and service reads the password of its own user, and the cluster's certificate authority, from
Secrets that Strimzi keeps.  The cluster is named `kafka`; its listener for clients has TLS and SCRAM-SHA-512 on
port 9093.
"""

from __future__ import annotations

from pipeline.runtime.kafka.roles import kafka_user, principal, roles
from pipeline.services import SERVICES
from pipeline.settings import PREFIX
from pipeline.topology import ROOMS, TOPICS, Topic
from tools.kubernetes import CONTAINER, LABELS, SETTINGS, Manifest, body, kustomization, text

API = "kafka.strimzi.io/v1"
OURS = "tools/strimzi.py"
CLUSTER = "kafka"
REPLICATION = int(SETTINGS["REPLICATION"])
APP_ID = SETTINGS["APP_ID"]
CA_FOLDER, USER_FOLDER = "/etc/wiredesk/ca", "/etc/wiredesk/user"
CONNECTION = {
    "BOOTSTRAP": f"{CLUSTER}-kafka-bootstrap:9093",
    "SECURITY_PROTOCOL": "SASL_SSL",
    "SASL_MECHANISM": "SCRAM-SHA-512",
    "CA_FILE": f"{CA_FOLDER}/ca.crt",
    "PASSWORD_FILE": f"{USER_FOLDER}/password",
}


def files() -> dict[str, str]:
    """Every file of the overlay: its name, and its text."""
    patches = [
        {"patch": body([_settings()])},
        {"patch": body([{**_of("batch/v1", "Job", "wiredesk-topics"), "$patch": "delete"}])},
        *({"patch": body([_login(name)])} for name in (*ROOMS, *SERVICES)),
    ]
    return {
        "topics.yaml": text([_topic(topic) for topic in TOPICS.values()], OURS),
        "users.yaml": text([kafka_user(role, APP_ID, CLUSTER) for role in roles().values()], OURS),
        "kustomization.yaml": text(
            [kustomization(["../kubernetes", "topics.yaml", "users.yaml"], patches=patches)], OURS
        ),
    }


def _of(api: str, kind: str, name: str, **more: object) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **more}


def _settings() -> Manifest:
    return _of("v1", "ConfigMap", "wiredesk", data={PREFIX + name: value for name, value in CONNECTION.items()})


def _topic(topic: Topic) -> Manifest:
    spec = {
        "topicName": topic.name,
        "partitions": topic.partitions,
        "replicas": REPLICATION,
        "config": topic.settings(REPLICATION),
    }
    manifest = _of(API, "KafkaTopic", topic.name, spec=spec)
    manifest["metadata"]["labels"] = {"strimzi.io/cluster": CLUSTER, **LABELS}
    return manifest


def _login(role: str) -> Manifest:
    """What the pods of a room or service have more: the name and the password of its user, and whom to trust."""
    name = principal(APP_ID, roles()[role])
    container = {
        "name": CONTAINER,
        "env": [{"name": PREFIX + "USER", "value": name}],
        "volumeMounts": [
            {"name": "ca", "mountPath": CA_FOLDER, "readOnly": True},
            {"name": "user", "mountPath": USER_FOLDER, "readOnly": True},
        ],
    }
    volumes = [
        {"name": "ca", "secret": {"secretName": f"{CLUSTER}-cluster-ca-cert"}},
        {"name": "user", "secret": {"secretName": name}},
    ]
    pod = {"spec": {"containers": [container], "volumes": volumes}}
    return _of("apps/v1", "StatefulSet", f"wiredesk-{role}", spec={"template": pod})
