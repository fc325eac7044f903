#!/bin/bash
# with-rabbitmq.sh ROOT COMMAND…: where the command looks for RabbitMQ it finds the one of the Debian below ROOT. This holds in a
# mount namespace of its own: nothing outside of it changes. The one that is installed, where there is one, is in OLDER_RABBITMQ.
# Needs root.
set -euo pipefail
if [ -z "${IN_OWN_NAMESPACE:-}" ]; then
  IN_OWN_NAMESPACE=1 exec unshare --mount --propagation private "$0" "$@"
fi
unset IN_OWN_NAMESPACE
root=$(realpath "$1")
shift
installed=/usr/lib/rabbitmq/lib
version=$(ls "$root$installed")
wrap=$(mktemp -d)
mount -t tmpfs tmpfs "$wrap"
mkdir -p "$wrap/lib/$version/sbin" "$wrap/bin"

# enter FILE PROGRAM: each step of FILE replaces the one before, so that the process stays the same and gets every signal
enter() {
  printf '#!/bin/sh\nexec chroot %q /bin/sh -c '\''cd "$1" && shift && exec "$@"'\'' sh "$PWD" %q "$@"\n' "$root" "$2" > "$1"
  chmod 755 "$1"
}
for program in rabbitmq-server rabbitmqctl; do
  enter "$wrap/lib/$version/sbin/$program" "$installed/$version/sbin/$program"
done
enter "$wrap/bin/epmd" /usr/bin/epmd

cp /etc/hosts "$root/etc/hosts"
mount --bind /tmp "$root/tmp"
case "$PWD" in
  /tmp/*) ;;
  *) mkdir -p "$root$PWD" && mount --bind "$PWD" "$root$PWD" ;; # data and logs of brokers lie below it
esac
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mkdir -p "$installed"
if ls "$installed"/rabbitmq_server-*/sbin/rabbitmq-server > /dev/null 2>&1; then
  mkdir "$wrap/older"
  mount --bind "$installed" "$wrap/older"
  export OLDER_RABBITMQ=$wrap/older
fi
mount --bind "$wrap/lib" "$installed"
PATH=$wrap/bin:$PATH exec "$@"
