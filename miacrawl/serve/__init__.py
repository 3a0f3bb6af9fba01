"""Reading an archive in a browser: the Datasette plugin and the configuration that goes with it. It only reads."""
