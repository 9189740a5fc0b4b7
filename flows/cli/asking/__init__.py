"""Commands that ask, one module each: `why`, `queue`, `stock`, `status`, `findings`."""
