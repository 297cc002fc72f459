"""How results that are there are shown: rendered once per language, kept, and put into the page of whoever reads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flask import current_app, render_template, request, url_for

from participation.core.errors import NotFound
from participation.core.permissions import Permission, may
from participation.extensions import db
from participation.results.fragments import Fragment, Fragments, without_indentation
from participation.results.pages import Snapshot, Statistics
from participation.results.pages.bundle import fours
from participation.results.queries import Head, joint_result_of, joint_statistics_of, result_of
from participation.web.guard import current_actor
from participation.web.locale import current_language

FRAGMENTS = "participation.result_fragments"

Files: TypeAlias = Sequence[tuple[str, str]]
"""Endings of files with the addresses where they are."""


def kept(kind: str, head: Head, render: Callable[[Head], Fragment]) -> Fragment:
    """Return a page's fragment in the reader's language, rendered if nobody asked for it yet.

    A result never changes. Its statistics and its bundle may come later, so they are part of the key.
    """
    fragments: Fragments = current_app.extensions.setdefault(FRAGMENTS, Fragments())
    key = (kind, head.id, head.bundle, head.statistics, current_language().tag, request.script_root)
    return fragments.get(key, lambda: render(head))


def rendered(
    title: str, template: str, page: Mapping[str, Any], head: Head, files: Mapping[str, str] | None = None
) -> Fragment:
    """Render what is the same for every reader of a language; a page that has a way back is part of a result."""
    back = (page["title"], page["back"]) if "back" in page else None
    return Fragment(
        title,
        crumbs=without_indentation(render_template("results/_crumbs.html", process=head.process_slug, back=back)),
        body=without_indentation(render_template(template, **page)),
        downloads=without_indentation(render_template("results/_downloads.html", files=files) if files else ""),
    )


def show(head: Head, fragment: Fragment) -> str:
    """Put a fragment into the page of whoever reads."""
    return render_template(
        "results/result.html",
        fragment=fragment,
        may_export=bool(fragment.downloads) and may(current_actor(), Permission.RANKING_EXPORT, head.process_id),
        is_example=head.is_example,
    )


def snapshot_of_round(head: Head) -> Snapshot:
    """Return a round's snapshot; raises NotFound before the conclusion."""
    result = result_of(db.session(), head.id)
    if result is None:
        raise NotFound("no_result_yet", slug=head.slug)
    return result.snapshot


def snapshot_of_ranking(head: Head) -> Snapshot:
    """Return a joint ranking's snapshot; raises NotFound before the last of its rounds is concluded."""
    result = joint_result_of(db.session(), head.id)
    if result is None:
        raise NotFound("no_joint_result_yet", slug=head.slug)
    return result.snapshot


def statistics_of_ranking(head: Head) -> Statistics | None:
    """Return what is known about how sure a joint ranking is, None until that is worked out."""
    return joint_statistics_of(db.session(), head.id)


def shown_bundle(head: Head) -> dict[str, Any]:
    """Return the fingerprint of a result's bundle and where it is, None while it is not made."""
    if head.bundle is None:
        return {"bundle": None, "bundle_href": None}
    if head.is_joint:
        href = url_for("results.ranking_bundle", process=head.process_slug, ranking=head.slug)
    else:
        href = url_for("results.round_bundle", slug=head.slug)
    return {"bundle": fours(head.bundle), "bundle_href": href}
