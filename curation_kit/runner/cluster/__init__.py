"""Documents processed on the machines of a Dask or Ray cluster.

A `ClusterLane` (`lanes`) has the cluster (`connection`) hold slots (`holding`); in each
a program (`pilot`) connects back to the runner (`wire`), which drives it as a pool of
workers (`pilots`) if it would give the same results (`likeness`).
"""
