"""The members of a consumer group: a coordinator that answers with an error is not taken for an empty group."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from kafka.errors import CoordinatorLoadInProgressError, GroupAuthorizationFailedError, NotCoordinatorError

from pipeline.runtime.kafka.admin import Admin
from pipeline.runtime.kafka.group import members_of

WORKER = SimpleNamespace(group_instance_id="wiredesk.tag-a", member_id="1", client_id="wiredesk.tag-a.0f")


def answering(error_code: int, *members: Any) -> Admin:
    """An admin client whose coordinator describes the group with this error."""
    described = SimpleNamespace(error_code=error_code, members=list(members))
    return cast(Admin, SimpleNamespace(ask_coordinator=lambda *asked: SimpleNamespace(groups=[described])))


@pytest.mark.parametrize(
    ("error_code", "members"),
    [
        pytest.param(0, [WORKER], id="a worker"),
        pytest.param(0, [], id="empty"),
        pytest.param(69, [], id="no group"),
    ],
)
def test_a_group_has_the_members_that_its_coordinator_names(error_code: int, members: list[Any]) -> None:
    """A group that does not exist has none."""
    assert members_of(answering(error_code, *members), "wiredesk.tag") == members


@pytest.mark.parametrize(
    "error", [CoordinatorLoadInProgressError, NotCoordinatorError, GroupAuthorizationFailedError]
)
def test_an_error_of_the_coordinator_is_raised(error: type[Exception]) -> None:
    """`wiredesk reset` deletes nothing, and the doctor calls no room absent, because a coordinator was loading."""
    with pytest.raises(error):
        members_of(answering(error.errno), "wiredesk.tag")  # type: ignore[attr-defined]  # of every KafkaError


@pytest.mark.parametrize("seconds", [5.0, 0.0])
def test_a_coordinator_that_answers_too_early_is_asked_again(seconds: float) -> None:
    """A broker on a loaded machine answers before it has read its groups; after `seconds` its error is raised."""
    codes = [NotCoordinatorError.errno, CoordinatorLoadInProgressError.errno, 0]
    answers = (SimpleNamespace(groups=[SimpleNamespace(error_code=code, members=[WORKER])]) for code in codes)
    admin = Admin.__new__(Admin)
    admin._manager = SimpleNamespace(run=lambda ask: next(answers))
    if seconds:
        assert members_of(admin, "wiredesk.tag", seconds) == [WORKER]
        return
    with pytest.raises(NotCoordinatorError):
        members_of(admin, "wiredesk.tag", seconds)
