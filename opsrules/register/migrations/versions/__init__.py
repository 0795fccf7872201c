"""One file a version of the register's tables, in order."""
