"""Shapes of the JSON of gatherings, in and out apart."""

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, OneOf, Range

from participation.core.languages import LANGUAGES
from participation.core.wording import BODY, TITLE
from participation.gatherings.rules import MAX_CODES, MAX_HEADS, GatheringKind, Presence, RecordState, StatementState
from participation.texts.schemas import TextOut, words_by_language
from participation.web.pagination import PageIn


class _In(Schema):
    class Meta:
        unknown = RAISE


def _heads() -> fields.Integer:
    return fields.Integer(
        load_default=None,
        allow_none=True,
        validate=Range(0, MAX_HEADS),
        metadata={"description": "How many people; null where nobody has counted."},
    )


def _codes() -> fields.List[str]:
    return fields.List(
        fields.String(validate=Length(1, 20)),
        load_default=list,
        validate=Length(max=MAX_CODES),
        metadata={"description": "Codes of proposals of the process."},
    )


def _based_on() -> fields.Integer:
    return fields.Integer(
        required=True,
        validate=Range(1, 2**31 - 1),
        metadata={"description": "The revision of the record that the caller has read."},
    )


class GatheringsIn(PageIn):
    """Which gatherings are listed."""

    kind = fields.Enum(GatheringKind, by_value=True, load_default=None)


class GatheringIn(_In):
    """Where and when people meet. A session at which people are assisted has no title."""

    kind = fields.Enum(GatheringKind, by_value=True, required=True)
    titles = words_by_language(TITLE.maximum, load_default=dict)
    place = fields.String(required=True, validate=Length(1, 200))
    starts_at = fields.AwareDateTime(required=True, format="iso")
    ends_at = fields.AwareDateTime(required=True, format="iso")
    interpreters = fields.List(
        fields.String(validate=OneOf(list(LANGUAGES))),
        load_default=list,
        metadata={"description": "Languages for which interpreters come."},
    )
    round = fields.String(
        load_default="", validate=Length(max=64), metadata={"description": "Slug of the round to which it belongs."}
    )
    headcount = _heads()
    assistant = fields.String(
        load_default="",
        validate=Length(max=20),
        metadata={"description": "Id of the account of whoever assists; left empty it is the caller."},
    )


class ChangedGatheringIn(GatheringIn):
    """Where and when people meet from now on. How many came has an address of its own."""

    based_on = _based_on()

    class Meta(GatheringIn.Meta):
        exclude = ("headcount",)


class HeadsIn(_In):
    """How many people came."""

    headcount = _heads()


class AgendaItemIn(_In):
    """An item of the agenda: words, proposals, or both."""

    titles = words_by_language(TITLE.maximum, load_default=dict)
    proposals = _codes()


class MoveIn(_In):
    """Where an item goes."""

    direction = fields.String(required=True, validate=OneOf(["earlier", "later"]))


class AttendanceIn(_In):
    """Who of the members was there, by the ids of their entries on the roll; who is left out is not noted."""

    members = fields.Dict(
        keys=fields.String(validate=Length(1, 20)), values=fields.Enum(Presence, by_value=True), required=True
    )
    guests = _heads()
    based_on = _based_on()


class MinutesIn(_In):
    """Minutes in one language; where they exist in another one, their translation by hand."""

    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    whole = fields.String(load_default="", validate=Length(max=BODY.maximum))
    items = fields.Dict(
        keys=fields.String(validate=Length(1, 20)),
        values=fields.String(validate=Length(max=BODY.maximum)),
        load_default=dict,
        metadata={"description": "Words by the id of the item."},
    )
    based_on = _based_on()


class ApprovalIn(_In):
    """The approval of the record as it was read."""

    based_on = _based_on()


class TableIn(_In):
    """A table of a workshop day."""

    number = fields.Integer(required=True, validate=Range(1, 600))
    themes = words_by_language(TITLE.maximum, required=True)
    facilitator = fields.String(
        load_default="", validate=Length(max=20), metadata={"description": "Id of the account of whoever facilitates."}
    )
    headcount = _heads()


class NoteIn(_In):
    """What a table has said, in the language in which it was said. It is a note and never a ballot."""

    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    body = fields.String(required=True, validate=Length(1, 5_000))
    proposals = _codes()


class ChangedNoteIn(NoteIn):
    """A note worded better."""

    based_on = _based_on()


class NoteTranslationIn(_In):
    """Somebody's translation of a note."""

    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    body = fields.String(required=True, validate=Length(1, 5_000))
    based_on = _based_on()


class AgendaItemOut(Schema):
    """An item of the agenda. Its minutes are null until they are approved."""

    id = fields.String(required=True)
    title = fields.Nested(TextOut, required=True, allow_none=True)
    proposals = fields.List(fields.String(), required=True)
    minutes = fields.Nested(TextOut, required=True, allow_none=True)


class AttendeeOut(Schema):
    """Whether somebody was there, by the seat; names are for those who take the minutes."""

    seat = fields.Nested(TextOut, required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    presence = fields.Enum(Presence, by_value=True, required=True)


class NoteOut(Schema):
    """A note of a table; `revision` is that of its words as they were said."""

    id = fields.String(required=True)
    revision = fields.Integer(required=True)
    body = fields.Nested(TextOut, required=True)
    proposals = fields.List(fields.String(), required=True)


class TableOut(Schema):
    """A table of a workshop day; what was said there is null until it is published."""

    number = fields.Integer(required=True)
    theme = fields.Nested(TextOut, required=True)
    facilitator = fields.String(required=True, allow_none=True, metadata={"description": "For officials only."})
    headcount = fields.Integer(required=True, allow_none=True, metadata={"description": "For officials only."})
    notes = fields.List(fields.Nested(NoteOut), required=True, allow_none=True)


class GatheringOut(Schema):
    """A gathering as its announcement tells it."""

    number = fields.Integer(required=True)
    kind = fields.Enum(GatheringKind, by_value=True, required=True)
    title = fields.Nested(TextOut, required=True, allow_none=True)
    place = fields.String(required=True)
    starts_at = fields.AwareDateTime(required=True, format="iso")
    ends_at = fields.AwareDateTime(required=True, format="iso")
    interpreters = fields.List(fields.String(), required=True)
    round = fields.String(required=True, allow_none=True)
    record = fields.Enum(RecordState, by_value=True, required=True)
    revision = fields.Integer(required=True)


class WholeGatheringOut(GatheringOut):
    """A gathering with everything that the caller may read of it."""

    headcount = fields.Integer(required=True, allow_none=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    minutes = fields.Nested(TextOut, required=True, allow_none=True)
    agenda = fields.List(fields.Nested(AgendaItemOut), required=True)
    attendance = fields.List(fields.Nested(AttendeeOut), required=True, allow_none=True)
    tables = fields.List(fields.Nested(TableOut), required=True)


class MemberOut(Schema):
    """A member on the roll whose presence can be noted."""

    id = fields.String(required=True, metadata={"description": "Id of the entry on the roll."})
    name = fields.String(required=True)
    seat = fields.Nested(TextOut, required=True, allow_none=True)


class AssistedOut(Schema):
    """How often people were assisted in a round, and how many they were where that is told."""

    gatherings = fields.Integer(required=True)
    heads = fields.Integer(required=True, allow_none=True)


class StatementIn(_In):
    """What organisations say together, in one language."""

    language = fields.String(required=True, validate=OneOf(list(LANGUAGES)))
    title = fields.String(required=True, validate=Length(1, TITLE.maximum))
    body = fields.String(required=True, validate=Length(1, BODY.maximum))


class RevisedStatementIn(StatementIn):
    """A new wording of it."""

    based_on = fields.Integer(required=True, strict=True, validate=Range(1, 2**31 - 1))


class TranslatedStatementIn(_In):
    """The same in another language."""

    title = fields.String(required=True, validate=Length(1, TITLE.maximum))
    body = fields.String(required=True, validate=Length(1, BODY.maximum))
    based_on = fields.Integer(required=True, strict=True, validate=Range(1, 2**31 - 1))


class StatementBasisIn(_In):
    """The revision that was read."""

    based_on = fields.Integer(required=True, strict=True, validate=Range(1, 2**31 - 1))


class SignerOut(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class StatementSignatureOut(Schema):
    """An organisation that signed, and which revision."""

    organisation = fields.Nested(SignerOut, required=True)
    revision = fields.Integer(required=True)
    signed_at = fields.AwareDateTime(required=True, format="iso")
    is_of_earlier_wording = fields.Boolean(required=True)


class RoundNameOut(Schema):
    slug = fields.String(required=True)


class StatementOut(Schema):
    """What the organisations of a round say together."""

    round = fields.Pluck(RoundNameOut, "slug", required=True)
    state = fields.Enum(StatementState, by_value=True, required=True)
    revision = fields.Integer(required=True)
    title = fields.Nested(TextOut, required=True)
    body = fields.Nested(TextOut, required=True)
    finalised_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    signatures = fields.List(fields.Nested(StatementSignatureOut), required=True)


class StatementsOut(Schema):
    items = fields.List(fields.Nested(StatementOut), required=True)
