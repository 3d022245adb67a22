// Body chart: a tap on a region ticks its box.
