"""Tests of what is told: kinds, silence, one message an order, memory."""
