"""Asking what a night would have been like under another policy, without touching the workspace.

Here belongs where its inputs come from: policy files, kept versions, frozen runs, what lies in inbound.
What follows from them is not known here (`transforms.simulation`), nor how it is shown (`flows.cli`).
Everything is opened for reading only, and no lock is taken: a night may run meanwhile.
"""
