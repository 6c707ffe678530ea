"""The paper's experiments, repeated: its Tables I to III and Figures 2 to 4, with and without leak.

`paper` holds what was published, `cells` what is trained, `data` the splits, `runner` does it
cell by cell, `records` is what remains; tables, plots, findings and the page are made of that.
"""
