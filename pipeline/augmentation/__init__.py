"""Random changes of training photos: named steps, joined to policies, drawn from a seed.

`policies` knows the names and needs no TensorFlow; `steps` and `augment` do the work.
"""
