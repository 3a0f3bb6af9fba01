"""One module for each kind of page: it asks `queries`, and gives a template what it shows."""
