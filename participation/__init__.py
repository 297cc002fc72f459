"""Participation: rounds of different bodies, one defensible ranking, one council paper.

The way of a ballot is one street; every room depends only on rooms earlier on it:

    form or JSON -> ballots.rules -> ballots.services.cast_ballot -> ballot box
      -> results.services.conclude_round (count, freeze) -> tally (pure maths)
      -> results snapshot -> exports

Rooms, from the ground up (import-linter holds the order):

    core        nouns without a framework: errors, Actor, Permission, language tags, money, windows
    tally       pure maths: profiles, win rates, joint ranking
    bundles     the public bundle of a result: how it is written, and its verification
    workbooks   spreadsheets: measured, read cell by cell, written without formulas
    documents   what papers say, and how it becomes PDF, DOCX and sheets
    storage     declarative base, UTC and enum columns, engines for SQLite and PostgreSQL
    config, extensions   settings read once; unbound Flask extensions; transaction()
    web         guards, error pages, locale of the request, security headers
    texts       people's words with language, revisions and translations
    outbox      work for after the commit: mails and long jobs
    audit       append-only, hash-chained record of officials' acts
    processes   processes, phases, fields
    accounts    people, organisations, departments, roles, sign-in, API tokens
    rounds      windows and lifecycle, eligibility, participation codes
    gatherings  sessions with agenda and minutes, workshop days, assisted sessions
    proposals   goals and measures, and what became of them
    costings    what a measure costs
    comments    comments and their moderation
    ballots     options of a round, participation register, ballot box
    results     conclusion, snapshots, joint rankings, exports
    kinds       five doors, one per body, independent of each other
    site        pages composed from several rooms
    exchange    imports and the example city
    backup      backups, restoring them, and checking that a database is whole
    app         create_app(), the only composition root
"""

__version__ = "0.1.0"
