"""Pictures: in and out of files, cut into tiles, measured, and looked at for what is wrong."""
