"""What may be done with a corpus, one step a file; each returns a new corpus and adds to its flow."""
