"""Kubernetes, Strimzi, KEDA and systemd: what is generated is valid, and names what exists."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from pipeline.connection import Mechanism, Protocol
from pipeline.runtime.exit_codes import EXIT_SETTINGS, EXIT_TAKEN_OVER
from pipeline.runtime.kafka.roles import principal, roles
from pipeline.runtime.metrics.table import METRICS
from pipeline.services import SERVICES
from pipeline.settings import PREFIX, Settings
from pipeline.topology import PARTITIONS, ROOMS, TOPICS
from tests.needs import Need, needs
from tools import keda, kubernetes, strimzi, units

ROOT = Path(__file__).parents[2]
VERSIONS = ("1.30", "1.34", "1.37")  # of Kubernetes
CUSTOM = ("KafkaTopic", "KafkaUser", "Kustomization", "ScaledObject")  # kinds that Kubernetes itself lacks
Manifest = dict[str, Any]


def manifests(files: dict[str, str]) -> list[Manifest]:
    return [each for text in files.values() for each in yaml.safe_load_all(text)]


def validate(manifest: Manifest) -> None:
    """Strictly, in each version: an unknown member is an error, as a misspelt one would be ignored."""
    for version in VERSIONS:
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("name", [name for name in kubernetes.files() if name != "kustomization.yaml"])
def test_the_base_is_valid(name: str) -> None:
    """Each object of the base, by the schemas of several versions of Kubernetes."""
    for manifest in yaml.safe_load_all(kubernetes.files()[name]):
        validate(manifest)


def test_a_misspelt_member_is_found() -> None:
    """Or the test before this one would say nothing."""
    manifest = next(one for one in manifests(kubernetes.files()) if one["kind"] == "NetworkPolicy")
    manifest["spec"]["podSelektor"] = manifest["spec"].pop("podSelector")
    with pytest.raises(kubernetes_validate.ValidationError):
        validate(manifest)


def test_no_container_may_write_to_its_root() -> None:
    """Nobody is root, the root is read-only, and every folder that is written to has a bound."""
    for manifest in manifests(kubernetes.files()):
        pod = manifest.get("spec", {}).get("template", {}).get("spec")
        if pod:
            (container,) = pod["containers"]
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert {*container["resources"]["requests"]} == {"cpu", "memory", "ephemeral-storage"}
            assert "cpu" not in container["resources"]["limits"], "a room that reads its journal uses what is there"
            assert all(volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"])


@pytest.fixture(scope="module")
def built() -> list[Manifest]:
    """The Strimzi overlay, as `kubectl kustomize` builds it."""
    needs(Need.KUBECTL, shutil.which("kubectl"))
    command = ["kubectl", "kustomize", str(ROOT / "deploy" / "strimzi")]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return list(yaml.safe_load_all(text))


def of_kind(found: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in found if one["kind"] == kind}


def test_the_overlay_is_valid(built: list[Manifest]) -> None:
    """Every object is valid, Strimzi makes the topics, and nothing else does."""
    for manifest in built:
        if manifest["kind"] not in CUSTOM:
            validate(manifest)
    topics = of_kind(built, "KafkaTopic")
    assert {name: one["spec"]["config"] for name, one in topics.items()} == {
        name: topic.settings(strimzi.REPLICATION) for name, topic in TOPICS.items()
    }
    assert {name: one["spec"]["partitions"] for name, one in topics.items()} == {
        name: topic.partitions for name, topic in TOPICS.items()
    }
    assert not of_kind(built, "Job")


def test_each_room_is_its_own_user(built: list[Manifest]) -> None:
    """The pods of a room or service log in as the user that has its rights, with the password in its Secret."""
    users = of_kind(built, "KafkaUser")
    assert users.keys() == {principal("wiredesk", role) for role in roles().values()}
    data = of_kind(built, "ConfigMap")["wiredesk"]["data"]
    assert Protocol(data["WIREDESK_SECURITY_PROTOCOL"]).authenticates
    Mechanism(data["WIREDESK_SASL_MECHANISM"])
    for room in (*ROOMS, *SERVICES):
        pod = of_kind(built, "StatefulSet")[f"wiredesk-{room}"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        variables = {one["name"]: one.get("value") for one in container["env"]}
        secrets = {one["name"]: one["secret"]["secretName"] for one in pod["volumes"] if "secret" in one}
        mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
        assert secrets[mounts[strimzi.USER_FOLDER]] == variables["WIREDESK_USER"] == f"wiredesk-{room}"
        assert f"wiredesk-{room}" in users
        names = {name.removeprefix(PREFIX).lower() for name in (*variables, *data)}
        assert names <= {*Settings.model_fields}, "a variable that nobody reads stops the start"


def test_keda_asks_for_what_is_measured() -> None:
    """The query is about a metric of ours, of a room that exists, with no more workers than partitions."""
    ((text,),) = (keda.files().values(),)
    (spec,) = (one["spec"] for one in yaml.safe_load_all(text))
    query = spec["triggers"][0]["metadata"]["query"]
    (name,) = re.findall(r"wiredesk_\w+", query)
    (metric,) = (one for one in METRICS if one.full_name == name)
    assert "marker" in metric.help
    assert {*metric.labels} >= {"room", "partition"}
    assert spec["maxReplicaCount"] <= PARTITIONS
    assert spec["scaleTargetRef"]["name"] in of_kind(manifests(kubernetes.files()), "StatefulSet")


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(units.files()[name])
    return parser


def test_the_units_start_what_exists() -> None:
    """The target wants a worker of each room; the unit sets variables that exist, and ends for good with 78."""
    wants = unit("wiredesk.target")["Unit"]["Wants"].split()
    assert wants == [f"wiredesk@{room}.service" for room in ROOMS]
    service = unit("wiredesk@.service")["Service"]
    assert shlex.split(service["ExecStart"])[1:] == ["worker", "%i"]
    assert service["RestartPreventExitStatus"] == f"{EXIT_TAKEN_OVER} {EXIT_SETTINGS}"
    variables = re.findall(r"\bWIREDESK_(\w+)=", units.files()["wiredesk@.service"])
    assert {name.lower() for name in variables} <= {*Settings.model_fields}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_its_unit(name: str) -> None:
    """It is started by its own command, with files of its own, and wanted by the target only once it is enabled."""
    found = unit(f"wiredesk-{name}.service")
    assert shlex.split(found["Service"]["ExecStart"])[1:] == [name]
    assert found["Service"]["StateDirectory"] == f"wiredesk-{name}"
    assert found["Install"]["WantedBy"] == "wiredesk.target"
    assert "%i" not in units.files()[f"wiredesk-{name}.service"]


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    """systemd's own check finds nothing; the program that the unit names has to be there for it."""
    needs(Need.SYSTEMD, shutil.which("systemd-analyze"))
    for name, text in units.files().items():
        (tmp_path / name).write_text(text.replace("/opt/wiredesk/bin/wiredesk", shutil.which("true") or ""))
    paths = [str(tmp_path / name) for name in units.files()]
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    newer = "Unknown key 'Restart"  # steps between two restarts: systemd 254; before, each waits as long
    assert [line for line in lines if "wiredesk" in line and newer not in line] == []
