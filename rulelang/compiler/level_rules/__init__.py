"""From statements of performance levels in force to the definitions that work the levels out."""
