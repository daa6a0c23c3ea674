"""What is in the files of machine learning, known from their headers. Nothing is ever loaded or run."""
