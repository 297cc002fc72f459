"""The check of an OParl 1.1 interface against what the specification's text demands.

The schema files of the specification demand less than its text: they know no mandatory `created` and `modified`, no
lists beyond the first five, nothing about pages, filters, deleted objects or how files are given. This follows the text
(chapters 2 and 3 of version 1.1). What the text demands is a fault of level `must`, what it recommends one of `should`.
"""
