"""The image and the compose file under a real Docker engine: `make container-test`, or `python -m tests.container`.

__main__   finds an engine or starts one, builds the image, runs the tests
engine.sh  a Docker engine on a bare Debian machine, with base images of Debian's packages (kafka-image/)
compose    docker compose on a project of its own
"""
