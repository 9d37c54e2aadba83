#!/usr/bin/env bash
# A Docker engine on a bare Debian machine that has none, and the base images where no registry of images is reached.
#
#   engine.sh packages|start|images|stop SOURCE FOLDER
#
# It needs root, and Debian's package index; FOLDER keeps everything and can be deleted once the engine is stopped.  The
# base images are made of Debian's packages, under the names that deploy/Dockerfile and docker-compose.yml use.
set -euo pipefail
WHAT=$1 SOURCE=$(realpath "$2") FOLDER=$(realpath "$3") HERE=$(dirname "$(realpath "$0")")
SUITE=trixie MEMORY=/dev/shm
export DOCKER_HOST=unix://$FOLDER/docker.sock DOCKER_CONFIG=$FOLDER/config
PYTHON=$(sed -n 's/^ARG PYTHON=//p' "$SOURCE/deploy/Dockerfile")
KAFKA=$(sed -n 's/.*image: apache\/kafka://p' "$SOURCE/docker-compose.yml")

packages() { # the engine's own root, and the files of the base image, from one index, at the same time
    command -v mmdebstrap >/dev/null || { apt-get -qq update; apt-get -qq install --yes --no-install-recommends mmdebstrap >/dev/null; }
    index=$(sed -nE 's/^(deb .*|URIs: *)(https?:\/\/[^ ]+\/debian\/?)( .*)?$/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1 || true)
    test -n "$index" || { echo "no index of Debian's packages in /etc/apt"; exit 1; }
    bootstrap() { # target packages
        test -e "$1" && return
        rm -rf "$1.part"
        TMPDIR=$MEMORY mmdebstrap --quiet --mode=root --variant=minbase --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
            --format="$3" --include="$2" $SUITE "$1.part" "$index"
        mv "$1.part" "$1"
    }
    bootstrap "$FOLDER/root" docker.io,docker-cli,docker-compose,docker-buildx,iptables,mount,ca-certificates directory & engine=$!
    bootstrap "$FOLDER/base.tar" python3,python3-venv,python3-pip,python-is-python3,ca-certificates tar & base=$!
    wait $engine; wait $base
}

start() {
    mkdir -p "$FOLDER/config/cli-plugins" "$FOLDER/data" "$FOLDER/bin" "$FOLDER/root/old"
    cp "$FOLDER"/root/usr/libexec/docker/cli-plugins/docker-{compose,buildx} "$FOLDER/config/cli-plugins/"
    cp "$FOLDER/root/usr/bin/docker" "$FOLDER/bin/"
    setsid unshare --mount --propagation private bash -euc '
        folder=$1 source=$2 root=$1/root
        mount --bind $root $root                     # pivot_root, not chroot: dockerd remounts "/" when it unpacks a layer
        for each in proc sys dev; do mount --rbind /$each $root/$each; done
        for each in run tmp; do mount -t tmpfs tmpfs $root/$each; done
        for each in $folder $source; do              # what containers mount has to be seen in here, under the same path
            mkdir -p $root$each; mount --bind $each $root$each
        done
        cp --remove-destination -L /etc/resolv.conf $root/etc/resolv.conf
        cp /etc/ssl/certs/ca-certificates.crt $root/etc/ssl/certs/
        cd $root; pivot_root . old; umount -l /old
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin dockerd --host unix://$folder/docker.sock --data-root $folder/data \
            --exec-root /run/docker --pidfile $folder/dockerd.pid
    ' engine "$FOLDER" "$SOURCE" >"$FOLDER/dockerd.log" 2>&1 &
    for _ in $(seq 300); do "$FOLDER/bin/docker" info >/dev/null 2>&1 && return; sleep .2; done
    tail "$FOLDER/dockerd.log"; exit 1
}

images() { # JARS: the folder of Kafka's jars; JAVA: a Java run-time
    docker=$FOLDER/bin/docker context=$FOLDER/context
    rm -rf "$context"; mkdir -p "$context/build" "$context/kafka"
    $docker import --change 'ENV LANG=C.UTF-8' --change 'CMD ["python3"]' "$FOLDER/base.tar" "python:$PYTHON-slim-$SUITE" >/dev/null
    # The build stage trusts whom this machine trusts, and has `strip`, as the image has that it stands for.
    cp /etc/ssl/certs/ca-certificates.crt "$context/build/"
    cat >"$context/build/Dockerfile" <<EOF
FROM python:$PYTHON-slim-$SUITE
COPY ca-certificates.crt /etc/ssl/certs/
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
RUN apt-get -qq update && apt-get -qq install --yes --no-install-recommends binutils >/dev/null
EOF
    $docker build --quiet --tag "python:$PYTHON-$SUITE" "$context/build" >/dev/null
    cp -r "$HERE"/kafka-image/. "$context/kafka/"
    cp -r "$JARS" "$context/kafka/libs"; cp -rL "$JAVA" "$context/kafka/java"
    $docker build --quiet --build-arg BASE="python:$PYTHON-slim-$SUITE" --tag "apache/kafka:$KAFKA" "$context/kafka" >/dev/null
    rm -rf "$context"
}

stop() {
    kill "$(cat "$FOLDER/dockerd.pid")"
    while test -e "$FOLDER/dockerd.pid"; do sleep .1; done
}

"$WHAT"
