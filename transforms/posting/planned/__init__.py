"""Tonight's plan onto the books: releases, reservations, cancellations, fences, and what people must see."""
