"""The night, step by step: take in, freeze, plan, commit, publish, deliver.

Each step starts from what the ledger says and can be repeated; steps hand each other a workspace and
a run, never frames. `run.py` tells the story without Prefect, `flows/scheduling/prefect_flows.py` with it.
"""
