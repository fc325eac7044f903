#!/bin/bash
# make-root.sh SUITE DIRECTORY: a minimal Debian of another suite with its RabbitMQ, of which no service is started.
# Needs root, debootstrap, and the mirror that apt is set up with. 240 to 300 MB, a minute.
set -euo pipefail
suite=$1 root=$2
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
recipe=/usr/share/debootstrap/scripts/$suite
[ -e "$recipe" ] || recipe=/usr/share/debootstrap/scripts/sid
rm -rf "$root.part"
mkdir -p "$(dirname "$root")"
debootstrap --variant=minbase "$suite" "$root.part" "$mirror" "$recipe"
printf '#!/bin/sh\nexit 101\n' > "$root.part/usr/sbin/policy-rc.d"
chmod 755 "$root.part/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
unshare --mount --propagation private sh -ec '
  mount -t proc proc "$1/proc"
  chroot "$1" apt-get install -q -y --no-install-recommends rabbitmq-server
  chroot "$1" apt-get clean' sh "$root.part"
mv "$root.part" "$root"
