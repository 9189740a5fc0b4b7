"""What lies in `inbound/` becomes ours: looked at, copied, kept, and cleared once it is taken."""
