"""Re-extraction: today's rules over stored captures, told field by field before anything is changed."""
