"""What is told: which order gets which message tonight, and what is remembered of it.

Here belongs deciding that something is news, to whom it is worth a message, and what was told. The
words of a message, its address and its delivery are the world's (`flows.outbound.notices.notices`): no rule
here ever sees a name or a mail address.
"""
