"""The public bundle of a result: how it is written, and how anybody checks it.

docs/BUNDLE.md is the specification. Nothing here knows the web or the database; the way of a check, one module a step:

    canonical     the one way of writing a document, and refusing every other
    merkle        the root of a list, leaf by leaf
    lines         ballots as salted lines
    publishing    which ballots are published
    naming        schemas, names and limits of files
    counting      counts and rankings as documents, made from ballots and from sums
    containers    folders and ZIP files, read without trust
    checks        what a step needs to be sure of, and how it says no
    manifests     manifest, signature and fingerprint
    declarations  round.json
    joints        joint.json, and the joint ranking that follows
    reading       ballots.jsonl
    sums          counts.json where ballots are withheld
    verification  the eleven steps
    archive       writing a bundle as a ZIP file whose bytes depend on nothing but its files
    commands      `participation verify`
"""
