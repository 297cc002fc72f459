"""Backups of the database while people vote, restoring them, and checking that a database is whole.

A backup is one consistent state in one file. The keys of rounds, the signing key and the application's secret are
never in it: whoever holds a backup alone cannot tell who voted what.

It is the program's own file rather than a dump by the database's tools. Those have to be of the server's version, are
not there where the program runs, and write the rows of the box and of the register in the order in which people voted,
so that the two could be paired by their place in the file. Here the rows stand in the order of their keys.
"""
