"""Managed by the generator: publishing the model again rewrites what is in here.

Your own code goes into ``rules``, ``main`` and ``settings``, which are written once.
"""
