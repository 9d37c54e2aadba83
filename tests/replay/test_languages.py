"""A regional language through all rooms: nothing but the tag that is shown differs from the bare language."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from pipeline.alert.rules import parse_rules
from pipeline.items import Alert, Item, Kind
from pipeline.replay import EPOCH_MS, Replay, account, payload
from pipeline.topology import Options

MINUTE_MS = 60_000
TAGS = ["en-GB", "en-US", "EN_gb", "de-CH", "pt-BR"]
COPY = {  # language: a word of its own, then (headline, body) of the first report and of another feed's
    "en": (
        "tunnel",
        (
            "Rail tunnel collapse stops trains under the Snorby pass",
            "The rail tunnel under the Snorby pass collapsed on Monday after a rockfall, engineers said. The rail "
            "tunnel collapse stopped all trains between north and south for the rest of the week.",
        ),
        (
            "Trains stop after rail tunnel collapse at Snorby",
            "No train will cross the Snorby pass this week. Engineers are looking into the collapse of the rail "
            "tunnel there, which a rockfall had damaged on Monday, the railway said in the evening.",
        ),
    ),
    "de": (
        "Bahntunnel",
        (
            "Einsturz im Bahntunnel stoppt Züge am Snorbypass",
            "Der Bahntunnel unter dem Snorbypass ist am Montag nach einem Felssturz eingestürzt, teilten "
            "Ingenieure mit. Der Einsturz im Bahntunnel stoppte alle Züge zwischen Nord und Süd für den Rest "
            "der Woche.",
        ),
        (
            "Züge stehen nach Einsturz im Bahntunnel am Snorbypass",
            "Am Snorbypass fährt in dieser Woche kein Zug mehr. Ingenieure untersuchen den Einsturz im Bahntunnel, "
            "den ein Felssturz am Montag beschädigt hatte, wie die Bahn am Abend mitteilte.",
        ),
    ),
    "pt": (
        "túnel",
        (
            "Túnel ferroviário desaba na serra de Snorby",
            "O túnel ferroviário sob a serra de Snorby desabou na segunda-feira depois de uma queda de rochas, "
            "disseram engenheiros. Todos os trens entre o norte e o sul pararam pelo resto da semana.",
        ),
        (
            "Trens param depois que túnel ferroviário desaba em Snorby",
            "Nenhum trem vai cruzar a serra de Snorby nesta semana. Engenheiros examinam o túnel ferroviário que "
            "desabou na segunda-feira depois de uma queda de rochas, informou a ferrovia à noite.",
        ),
    ),
}
RULES = """
rules:
- {{name: wrong, level: urgent, languages: [{language}], when: {{severity: [killed]}}}}
- {{name: watch, level: notice, languages: [{language}], when: {{terms: [{term}]}}}}
- {{name: elsewhere, level: notice, languages: [fr, und], when: {{terms: [{term}]}}}}
"""


def ninjs(feed: str, tag: str, headline: str, body: str, **more: Any) -> bytes:
    text = {"headlines": [{"value": headline}], "bodies": [{"value": body, "contentType": "text/plain"}]}
    return orjson.dumps({"uri": f"urn:{feed}:1", "version": "1", "language": tag, **text, **more})


def walked(*tags: str) -> Replay:
    """One event in two feeds, then a kill of the first; the tag of each of the three."""
    term, first, second = COPY[tags[0][:2].lower()]
    replay = Replay(Options(rules=parse_rules(RULES.format(language=tags[0][:2].lower(), term=term))))
    documents = (
        ("norden", ninjs("norden", tags[0], *first)),
        ("polder", ninjs("polder", tags[1], *second)),
        ("norden", ninjs("norden", tags[2], *first, version="2", pubStatus="canceled")),
    )
    for number, (feed, data) in enumerate(documents):
        time_ms = EPOCH_MS + number * MINUTE_MS
        replay.publish(payload(feed, data, time_ms), time_ms)
    assert account(replay).balanced
    return replay


def written(replay: Replay) -> list[tuple[Any, ...]]:
    """All that the rooms wrote for others, without the tags and without the hash of the payload, which has one."""
    topics = [topic for topic in replay.log if topic != "wire.raw"]
    untagged = re.compile(rb'"language":"[^"]+"|"languages":\[[^]]+\]|"sha256":"\w+"')
    return [
        (record.position, record.key, untagged.sub(b"", record.value))
        for topic in topics
        for record in replay.log[topic]
    ]


@pytest.mark.parametrize("tag", TAGS)
def test_a_region_changes_nothing_but_the_tag_that_is_shown(tag: str) -> None:
    """Label, alerts, verdicts, keys, partitions and offsets of `en-GB` are those of `en`."""
    regional, bare = walked(tag, tag, tag), walked(*[tag[:2].lower()] * 3)
    assert written(regional) == written(bare)
    shown = {Item.model_validate_json(record.value).language.tag for record in regional.log["wire.enriched"]}
    assert shown == {f"{tag[:2].lower()}-{tag[3:].upper()}"}
    alerts = [Alert.model_validate_json(record.value) for record in regional.log["wire.alerts"]]
    assert {alert.language.tag for alert in alerts} == shown
    assert {"watch", "wrong"} == {alert.rule for alert in alerts}


@pytest.mark.parametrize("language", COPY)
def test_two_regions_of_a_language_are_one_story_and_a_kill_crosses_them(language: str) -> None:
    """Reports in `en` and `en-GB` join; a kill in `en-US` meets the dispatch in `en`; all are in one partition."""
    replay = walked(language, f"{language}-GB", f"{language}-US")
    first, second, kill = (Item.model_validate_json(record.value) for record in replay.log["wire.enriched"])
    assert first.story
    assert second.story
    assert (second.story.relation, second.story.id) == ("joined", first.story.id)
    assert (kill.dispatch.kind, kill.dispatch.id) == (Kind.KILL, first.dispatch.id)
    for topic in ("wire.resolved", "wire.deduped"):
        assert {record.key for record in replay.log[topic]} == {language.encode()}
        assert len({record.position.partition for record in replay.log[topic]}) == 1


def test_a_recall_shows_the_tag_of_the_copy() -> None:
    """The copy came as `en-GB`, so its recall says so, whatever the tag of the kill."""
    replay = Replay()
    _, first, _ = COPY["en"]
    text = (first[0], " ".join([first[1]] * 3))
    documents = (
        ("norden", ninjs("norden", "en", *text)),
        ("polder", ninjs("polder", "en-GB", *text)),
        ("norden", ninjs("norden", "en-US", *text, version="2", pubStatus="canceled")),
    )
    for number, (feed, data) in enumerate(documents):
        replay.publish(payload(feed, data, EPOCH_MS + number * MINUTE_MS), EPOCH_MS + number * MINUTE_MS)
    items = [Item.model_validate_json(record.value) for record in replay.log["wire.enriched"]]
    assert [item.language.tag for item in items if item.dispatch.kind is Kind.RECALL] == ["en-GB"]
