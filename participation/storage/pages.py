"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `page` counts from 1, and an empty list has one page."""

    items: Sequence[T]
    page: int
    pages: int
    total: int


def read_page(session: Session, statement: Select[T], *, page: int, per_page: int) -> Page[T]:
    """Read one page of an ordered selection of entities; a page beyond the last one is empty."""
    counted: Select[Any] = select(func.count()).select_from(statement.order_by(None).subquery())
    total = session.scalar(counted) or 0
    items = session.scalars(statement.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return Page(items, page, max(1, -(-total // per_page)), total)


def page_of(items: Sequence[T], *, page: int, per_page: int) -> Page[T]:
    """Return one page of a list that is in memory already."""
    first = (page - 1) * per_page
    return Page(items[first : first + per_page], page, max(1, -(-len(items) // per_page)), len(items))
