#!/bin/bash
# make.sh DIRECTORY NODE: what an engine of our own needs, below DIRECTORY: a Debian with Podman, Buildah and docker-compose, a plain one
# that stands in for the base images, one with RabbitMQ and PostgreSQL, and Node.js from the directory NODE.
# What is there already is kept.
set -euo pipefail
cd "$1"
project=$(dirname "$(readlink -f "$0")")/../../..
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# install DIRECTORY PACKAGE…: without starting a service
install_packages() {
  local root=$1
  shift
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  unshare --mount --propagation private sh -ec "
    mount -t proc proc '$root/proc'
    chroot '$root' apt-get install -q -y --no-install-recommends $*
    chroot '$root' apt-get clean"
}

if [ ! -e base.done ]; then
  rm -rf base
  debootstrap --variant=minbase bookworm base "$mirror"
  touch base.done
fi

if [ ! -e engine.done ]; then
  rm -rf engine
  cp -a base engine
  install_packages engine buildah podman runc netavark aardvark-dns catatonit docker-compose iptables iproute2 ca-certificates
  cp "$project"/scripts/images/engine/containers/* engine/etc/containers/
  touch engine.done
fi

if [ ! -e services.done ]; then
  rm -rf services
  script=/usr/share/debootstrap/scripts/forky
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  debootstrap --variant=minbase forky services "$mirror" "$script"
  install_packages services rabbitmq-server postgresql
  touch services.done
fi

cp "$2/node" node
[ -e npm ] || cp -a "$(npm root --global)/npm" npm
cp -L "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" ca-certificates.crt
