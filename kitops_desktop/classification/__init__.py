"""What a folder holds, by content: which file is model, part, dataset, code, docs or prompt, and why."""
