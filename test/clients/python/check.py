from typing import TypeVar

from orders_client.models import Problem
from orders_client.types import Unset

T = TypeVar("T")


def equal(what: str, got: T, want: T) -> None:
    """Ends the program unless the values are equal."""
    if got != want:
        raise SystemExit(f"{what}: {got}, want {want}")


def answered(what: str, kind: type[T], answer: object) -> T:
    """Returns a typed answer, or ends with another one."""
    if not isinstance(answer, kind):
        raise SystemExit(f"{what}: {answer}")
    return answer


def refused(what: str, answer: object) -> Problem:
    """Returns the problem of an answer that must have one."""
    if not isinstance(answer, Problem):
        raise SystemExit(f"{what} is not refused: {answer}")
    return answer


def known(value: T | Unset) -> T:
    """Returns a value that an answer may leave out, and must have here."""
    if isinstance(value, Unset):
        raise SystemExit("an answer leaves a value out")
    return value
