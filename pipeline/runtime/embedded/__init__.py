"""An Apache Kafka with nothing to install but Python: its jars, its JVM, KRaft nodes, one or several."""
