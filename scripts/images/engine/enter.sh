#!/bin/bash
# enter.sh DIRECTORY [--net] COMMAND…: runs a command in the engine's Debian, in namespaces of its own: this repository is /project there,
# DIRECTORY is /images, and all that was started ends with the command. With --net there is no network but its own loopback.
set -euo pipefail
images=$(readlink -f "$1")
shift
net=
if [ "$1" = --net ]; then
  net=--net
  shift
fi
project=$(readlink -f "$(dirname "$0")/../../..")
exec unshare --mount --propagation private $net --pid --fork --kill-child bash -ec '
root=$1/engine project=$2 images=$1
shift 2
mount --bind "$root" "$root"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/project" "$root/images" "$root/outside"
mount --bind "$project" "$root/project"
mount --bind "$images" "$root/images"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/dev/shm" # Podman numbers its locks there
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
cd "$root"
pivot_root . outside
umount -l /outside
exec chroot . "$@"
' enter "$images" "$project" "$@"
