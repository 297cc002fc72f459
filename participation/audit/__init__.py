"""Append-only, hash-chained record of what officials did, by opaque actor ids."""
