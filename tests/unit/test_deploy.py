"""Image, compose file, Kubernetes base and operators' page: what they call exists, what is generated is current."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import census
import click
import pytest
import yaml

from pipeline import cli, settings
from pipeline.runtime.kafka.roles import roles
from pipeline.runtime.worker import exits, process
from pipeline.services import SERVICES, ServiceSpec
from pipeline.topology import ROOMS, TOPICS, journal
from tools import generate, kubernetes

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERS: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in CONTAINERS.items() if name != "kafka"}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
PROBE = ["python", "-m", "pipeline.probe"]
STAGES = ["FROM" + stage for stage in re.split(r"(?m)^FROM", DOCKERFILE)[1:]]
PLACEHOLDERS = re.compile(r"^[A-Z@…]+$")  # ROOM, DISPATCH, LETTER…: for the reader to fill in


def invocation(words: list[str]) -> click.Context:
    """The words after `wiredesk`, parsed but not run.  Raises UsageError if they are wrong."""
    words = [word.replace("/etc/wiredesk/", f"{ROOT}/deploy/") for word in words]  # where the image has its files
    command: click.Command = cli.main
    context = command.make_context("wiredesk", [*words], ignore_unknown_options=False)
    rest = words
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found, f"wiredesk {shlex.join(words)}: no such command"
        command = found
        if isinstance(command, click.Group):
            context = command.make_context(name, [*rest], parent=context)
    return command.make_context(name, [*rest], parent=context)


def instruction(stage: str, name: str) -> list[str]:
    """The arguments of an instruction in a stage, its continued lines joined."""
    joined = stage.replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(name + " ")]


def environment(stage: str) -> dict[str, str]:
    return dict(word.split("=", 1) for text in instruction(stage, "ENV") for word in shlex.split(text))


def load_settings(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> settings.Settings:
    """The settings out of these variables alone."""
    monkeypatch.chdir("/")
    for name, value in variables.items():
        if name.startswith(settings.PREFIX):
            monkeypatch.setenv(name, str(value))
    return settings.load()


def test_the_image_is_pinned_small_and_not_root() -> None:
    """Every stage has an exact version; the last one is slim, has no compiler, and a fixed user, not root."""
    version = instruction(DOCKERFILE, "ARG")[0]
    assert re.fullmatch(r"PYTHON=3\.\d+\.\d+", version)
    assert [instruction(stage, "FROM")[0] for stage in STAGES] == [
        "python:${PYTHON}-trixie AS build",
        "python:${PYTHON}-slim-trixie",
    ]
    last = STAGES[-1]
    assert instruction(last, "USER") == ["10001:10001"]
    assert not re.search(r"\b(apt|apt-get|pip|gcc|embedded)\b", last)
    assert "--require-hashes" in DOCKERFILE
    assert "[embedded]" not in DOCKERFILE


def test_the_image_reads_the_kernels_that_it_compiled() -> None:
    """Both stages use the same cache path and the same kind of processor, or numba would not find its cache."""
    built, final = (environment(stage) for stage in STAGES)
    for name in ("NUMBA_CACHE_DIR", "NUMBA_CPU_NAME"):
        assert built[name] == final[name]
    module, _, name = final["NUMBA_CACHE_LOCATOR_CLASSES"].rpartition(".")
    assert hasattr(import_module(module), name), "numba does not read what it cannot write to"


def test_what_is_installed_is_checked() -> None:
    """Packages and what builds them come from locks with hashes, which agree with the lock of development."""
    pinned = versions(ROOT / "requirements.lock")
    for name in ("runtime.lock", "build.lock"):
        text = (ROOT / "deploy" / name).read_text()
        found = versions(ROOT / "deploy" / name)
        assert found, name
        assert all("--hash=sha256:" in block for block in re.split(r"(?m)^(?=\w)", text)[1:]), name
        assert {one: version for one, version in found.items() if pinned.get(one, version) != version} == {}, name
    installs = re.findall(r"pip [^\n&]*(?:install|wheel) [^\n&]*", DOCKERFILE.replace("\\\n", " "))
    assert len(installs) == 4
    assert all("--require-hashes" in each or "--no-index" in each for each in installs)
    assert all("--no-build-isolation" in each for each in installs if " wheel " in each)


def versions(lock: Path) -> dict[str, set[str]]:
    """Every version of each package that a lock names."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([\w.-]+)==([^ ;\\]+)", lock.read_text()):
        found.setdefault(name, set()).add(version)
    return found


def test_the_image_starts_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """This version has the entry point, the health check and the settings that the image names."""
    last = STAGES[-1]
    assert instruction(last, "ENTRYPOINT") == ['["wiredesk"]']
    (check,) = instruction(last, "HEALTHCHECK")
    assert yaml.safe_load(check.partition("CMD ")[2]) == PROBE
    found = load_settings(monkeypatch, environment(last))
    served = [str(spec.port) for spec in SERVICES.values() if spec.port]
    assert instruction(last, "EXPOSE") == [" ".join([str(found.health_port), *served])]
    assert found.health_host == "0.0.0.0"
    assert str(found.state_dir) == instruction(last, "WORKDIR")[0]


def test_the_context_has_what_the_image_copies_and_no_more() -> None:
    """.dockerignore lets in exactly what a COPY wants from outside."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    copied = [
        word
        for stage in STAGES
        for text in instruction(stage, "COPY")
        if "--from" not in text
        for word in text.split()[:-1]
    ]
    assert lines[1] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied)


@pytest.mark.parametrize("name", [name for name, service in OURS.items()])
def test_every_service_runs_a_command_that_exists(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of a service is valid, and its variables are settings."""
    service = OURS[name]
    invocation(service["command"])
    load_settings(monkeypatch, {**environment(STAGES[-1]), **service["environment"]})
    assert service["image"] == COMPOSE["x-wiredesk"]["image"]
    assert service["healthcheck"].get("test", ["CMD", *PROBE]) == ["CMD", *PROBE]
    assert service["read_only"]


def test_every_room_has_its_service() -> None:
    """Every room has a service with a stable name, which waits for the broker and the topics and is restarted."""
    rooms = {name: service for name, service in OURS.items() if service["command"][0] == "worker"}
    assert [service["command"][1] for service in rooms.values()] == list(ROOMS)
    assert len({service["hostname"] for service in rooms.values()}) == len(ROOMS)
    for service in rooms.values():
        assert service["depends_on"] == {
            "kafka": {"condition": "service_healthy"},
            "topics": {"condition": "service_completed_successfully"},
        }
        assert service["restart"] == "unless-stopped"
        assert int(service["stop_grace_period"].removesuffix("s")) > exits.STOP_SECONDS
        assert service["healthcheck"]["start_period"] == f"{process.OPEN_SECONDS}s"
        assert service["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_beside_the_rooms_has_its_container(name: str) -> None:
    """It waits for what the rooms wait for, is reached on this machine only, and keeps its files in a volume."""
    container, room, spec = CONTAINERS[name], CONTAINERS["tag"], SERVICES[name]
    for part in ("depends_on", "restart", "stop_grace_period", "healthcheck"):
        assert container[part] == room[part], part
    assert container["command"][0] == name
    assert container.get("ports", []) == ([f"127.0.0.1:{spec.port}:{spec.port}"] if spec.port else [])
    state_dir = environment(STAGES[-1])["WIREDESK_STATE_DIR"]
    assert container["volumes"] == [f"{name}-data:{state_dir}"]
    assert f"{name}-data" in COMPOSE["volumes"]
    assert not any(one.startswith(state_dir) for one in container["tmpfs"]), "the volume would be hidden"
    assert environment(STAGES[-1])["SQLITE_TMPDIR"] == state_dir, "an erasure writes the whole view anew"


def test_the_broker_keeps_its_data() -> None:
    """The journals are the state of all rooms: they are in a named volume, on the Kafka release that is tested."""
    kafka = CONTAINERS["kafka"]
    assert kafka["image"] == "apache/kafka:4.3.1"
    assert kafka["volumes"] == [f"kafka-data:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert "kafka-data" in COMPOSE["volumes"]
    assert kafka["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_publish_is_asked_for() -> None:
    """The sample wires are published only on request, and their folders exist."""
    publish = CONTAINERS["publish"]
    assert publish["profiles"] == ["publish"]
    ((folder, place, mode),) = (mount.split(":") for mount in publish["volumes"])
    assert mode == "ro"
    assert publish["command"][:2] == ["publish", "--at-their-time"]
    for path in publish["command"][2:]:
        assert (ROOT / folder / Path(path).relative_to(place)).is_dir()


def test_what_is_generated_is_current() -> None:
    """Tables, compose file and manifests are what the code says today; `make generate` makes it so."""
    assert generate.stale(ROOT) == {}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with the files that are generated, current."""
    for path in generate.wanted(ROOT):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((ROOT / path).read_bytes())
    return tmp_path


def test_a_stale_file_is_named(copied: Path) -> None:
    """A manifest changed by hand, one that is missing and one too many are named; one command repairs them."""
    manifests = copied / generate.MANIFESTS
    (manifests / "tag.yaml").write_text("{}")
    (manifests / "alert.yaml").unlink()
    (manifests / "gossip.yaml").write_text("")
    verdicts = {"alert.yaml": "missing", "gossip.yaml": "superfluous", "tag.yaml": "stale"}
    assert generate.stale(copied) == {f"{generate.MANIFESTS}/{name}": verdict for name, verdict in verdicts.items()}
    generate.generate(copied)
    assert generate.stale(copied) == {}


def test_a_stale_part_is_named(copied: Path) -> None:
    """A generated part that was changed by hand is named and repaired; the text around it is free."""
    for part in generate.PARTS:
        path, current = copied / part.path, (copied / part.path).read_text()
        path.write_text("by hand\n" + generate.filled(current, part.name, "by hand\n"))
        assert generate.stale(copied) == {part.path: "stale"}, part
        path.write_text("by hand\n" + current)
    assert generate.stale(copied) == {}


def test_a_new_room_is_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row in ROOMS is enough for the compose file, the manifests and each of the operators' tables."""
    monkeypatch.setitem(ROOMS, "census", census.SPEC)
    monkeypatch.setitem(TOPICS, census.SPEC.journal, journal(census.SPEC, 4))
    texts = generate.wanted(ROOT)
    assert '"census | ' in texts["pyproject.toml"]
    assert yaml.safe_load(texts["docker-compose.yml"])["services"]["census"]["command"] == ["worker", "census"]
    assert "census.yaml" in texts["deploy/kubernetes/kustomization.yaml"]
    assert "name: wiredesk-census" in texts[f"{generate.MANIFESTS}/census.yaml"]
    lines = [line for line in texts["docs/operations.md"].splitlines() if "census" in line]
    assert [line.split(" | ")[0].split(", ")[-1] for line in lines] == [
        "`wire.journal.census`",
        "| `census`",
        "| census",
        "| operator",  # who may read the journal of any room
        "| creator",
    ]


def test_a_new_service_is_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row in SERVICES is enough for the compose file, the manifests, the units, the roles and the tables."""
    reads = ("wire.enriched",)
    spec = ServiceSpec(
        "tally", "counts", ("--all",), 50, 256, "nothing", reads, ("wire.raw",), is_transactional=True
    )
    monkeypatch.setitem(SERVICES, spec.name, spec)
    texts = generate.wanted(ROOT)
    compose = yaml.safe_load(texts["docker-compose.yml"])
    assert compose["services"]["tally"]["command"] == ["tally", "--all"]
    assert "ports" not in compose["services"]["tally"]
    assert "tally-data" in compose["volumes"]
    assert "tally.yaml" in texts["deploy/kubernetes/kustomization.yaml"]
    assert "name: wiredesk-tally" in texts[f"{generate.MANIFESTS}/tally.yaml"]
    assert "pages" not in texts[f"{generate.MANIFESTS}/tally.yaml"]
    assert "ExecStart=/opt/wiredesk/bin/wiredesk tally\n" in texts["deploy/systemd/wiredesk-tally.service"]
    lines = [line for line in texts["docs/operations.md"].splitlines() if "tally" in line]
    assert [line.split(" | ")[0] for line in lines] == ["| `tally`", "| tally"]
    assert {str(right) for right in roles()["tally"].rights("wiredesk")} == {
        "Read on topic wire.enriched",
        "Describe on topic wire.enriched",
        "Write on topic wire.raw",
        "Describe on topic wire.raw",
        "Write on transactional-id wiredesk.tally-",
        "Describe on transactional-id wiredesk.tally-",
    }


MANIFESTS = [
    manifest
    for name, text in kubernetes.files().items()
    if name != "kustomization.yaml"
    for manifest in yaml.safe_load_all(text)
]


def of_kind(kind: str) -> dict[str, Any]:
    return {manifest["metadata"]["name"]: manifest for manifest in MANIFESTS if manifest["kind"] == kind}


def test_kubernetes_starts_what_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every container runs a command of this version, under the image's user, with settings that it knows."""
    sets, image = of_kind("StatefulSet"), environment(STAGES[-1])
    assert list(sets) == [f"wiredesk-{name}" for name in (*ROOMS, *SERVICES)]
    found = load_settings(monkeypatch, {**image, **of_kind("ConfigMap")["wiredesk"]["data"]})
    for manifest in (*sets.values(), *of_kind("Job").values()):
        pod = manifest["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        invocation(container["args"])
        security = pod["securityContext"]
        assert instruction(STAGES[-1], "USER") == [f"{security['runAsUser']}:{security['runAsGroup']}"]
        assert [mount["mountPath"] for mount in container["volumeMounts"]] == [str(found.state_dir), "/tmp"]
        assert not pod["enableServiceLinks"], "or a service of ours sets a variable that is not a setting"
        assert container["image"] == COMPOSE["x-wiredesk"]["image"]
        assert {entry["name"] for entry in container.get("env", ())} <= {"WIREDESK_INSTANCE"}
    for name, manifest in sets.items():
        (container,) = manifest["spec"]["template"]["spec"]["containers"]
        spec = SERVICES.get(name.removeprefix("wiredesk-"))
        served = [spec.port] if spec and spec.port else []
        assert [port["containerPort"] for port in container["ports"]] == [found.health_port, *served]


def test_kubernetes_gives_a_worker_its_time() -> None:
    """A worker is not killed while it stops or reads its journal, and each of its objects selects its pods."""
    for name, manifest in of_kind("StatefulSet").items():
        pod = manifest["spec"]["template"]
        assert pod["spec"]["terminationGracePeriodSeconds"] > exits.STOP_SECONDS
        liveness = pod["spec"]["containers"][0]["livenessProbe"]
        assert liveness["periodSeconds"] * liveness["failureThreshold"] > process.OPEN_SECONDS
        labels = pod["metadata"]["labels"]
        assert manifest["spec"]["selector"]["matchLabels"] == labels
        assert of_kind("Service")[name]["spec"]["selector"] == labels
        assert of_kind("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"] == labels
        assert manifest["spec"]["serviceName"] == name


def test_the_page_names_commands_that_exist() -> None:
    """Every `wiredesk …` on the operators' page is a command of this version, with options that it has."""
    commands = [
        line.removeprefix("$ ").split("  #")[0]
        for line in re.findall(r"`(wiredesk [^`]+)`", OPERATIONS) + re.findall(r"(?m)^wiredesk .*$", OPERATIONS)
    ]
    assert len(commands) > 20
    for line in commands:
        words = [word for word in shlex.split(line)[1:] if not PLACEHOLDERS.match(word)]
        known(line, words)


def known(line: str, words: list[str]) -> None:
    """The command exists and has the options; arguments are for the reader to fill in."""
    words = [word.replace("/etc/wiredesk/", f"{ROOT}/deploy/") for word in words]  # where the image has its files
    command: click.Command = cli.main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found, line
        command = found
    options = {"--help", *(name for parameter in command.params for name in parameter.opts)}
    assert {word.split("=")[0] for word in words if word.startswith("-") and word != "-"} <= options, line


def test_the_page_has_every_exit_code_and_topic() -> None:
    """An operator finds each exit code, each topic and each room by name."""
    codes = {value for module in (exits, cli) for name, value in vars(module).items() if name.startswith("EXIT_")}
    for said in (*(f"| {code} |" for code in sorted(codes)), *(f"`{name}`" for name in (*TOPICS, *ROOMS))):
        assert said in OPERATIONS, said
