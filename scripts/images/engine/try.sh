#!/bin/bash
# Inside the engine's Debian, without a network: Podman behind Docker's interface, and what no systemd does here.
set -euo pipefail
ip link set lo up
echo 'nameserver 127.0.0.1' > /etc/resolv.conf
/images/node /project/scripts/images/engine/no-names.mjs &
export DOCKER_HOST=unix:///run/podman/podman.sock DISABLE_HC_SYSTEMD=true PATH=/images:$PATH
mkdir -p /run/podman
# what a run that was killed has left
podman rm --all --force > /dev/null
podman volume prune --force > /dev/null
podman network prune --force > /dev/null
podman system service --time=0 "$DOCKER_HOST" > /images/podman.log 2>&1 &
until [ -S /run/podman/podman.sock ]; do sleep 0.1; done

# without systemd nobody else asks
while sleep 1; do
  for container in $(podman ps --quiet); do podman healthcheck run "$container" > /dev/null 2>&1 || true; done
done &

# docker-compose 1.29 and Podman do not agree on how an internal network gets its addresses
podman network exists ekphrasis-images_pictures ||
  podman network create --internal --subnet 172.30.77.0/24 --ipam-driver host-local ekphrasis-images_pictures
cat > /tmp/podman.yml << 'YAML'
version: '3.9'
services:
  # entering a container takes Podman a second, more on a busy machine
  web: { healthcheck: { timeout: 30s } }
  worker: { healthcheck: { timeout: 30s } }
  image-worker: { healthcheck: { timeout: 30s } }
  notifier: { healthcheck: { timeout: 30s } }
  task-rpc: { healthcheck: { timeout: 30s } }
networks:
  pictures: { external: true, name: ekphrasis-images_pictures }
YAML

export ENGINE=podman COMPOSE='docker-compose --file docker-compose.yml --file /tmp/podman.yml'
bash /project/scripts/images/try-images.sh
