"""The rendered starter catalog: parametric jewelry, photographed by a path tracer.

Nothing here imports Mitsuba until an image is rendered, so that listing products, building
geometry and reading the command's help work without the ``render`` extra.
"""
