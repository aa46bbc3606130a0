"""Work on hostile input in forks with limits.

Nothing is imported here: the fork server imports this package and is to stay small.
"""
