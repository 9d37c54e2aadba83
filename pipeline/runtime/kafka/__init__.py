"""The log on Kafka: connection, topics, readers, controls, lag."""
