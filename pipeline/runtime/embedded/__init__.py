"""An Apache Kafka with nothing to install but Python: its jars, its JVM, one KRaft node."""
