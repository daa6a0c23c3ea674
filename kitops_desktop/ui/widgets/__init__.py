"""Parts that several pages are made of. None of them knows a page, a store or a job."""
