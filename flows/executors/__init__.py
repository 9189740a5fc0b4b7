"""Who does the work of a cohort of clients: this process, others of this machine, or workers of a cluster.

What goes to a worker and comes back is small: paths, ids and frames of a few rows. Everything else it reads
and writes itself, in the workspace's folder, which every machine sees at the same path.
"""
