"""Records on SQLAlchemy: encrypted, migrated, audited; and the keys of a profile."""
