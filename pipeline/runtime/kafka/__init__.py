"""The log on Kafka: connection, topics, readers, controls, rights, how far the rooms are."""
