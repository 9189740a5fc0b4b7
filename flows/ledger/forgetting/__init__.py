"""Forgetting whom an order goes to: on request, or a while after its last unit is shipped."""
