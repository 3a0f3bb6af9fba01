"""Every question that our pages ask the archive, a file for each subject. SQL stands here, and in `canned`, alone."""
