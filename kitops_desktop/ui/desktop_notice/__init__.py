"""What the desktop is told of jobs: that one has ended, how far they are, to stay awake meanwhile."""
