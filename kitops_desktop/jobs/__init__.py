"""What takes time: jobs in a queue, one module per kind, and the functions behind them, without a queue."""
