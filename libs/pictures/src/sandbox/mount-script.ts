/**
 * For `sh` in a mount namespace of its own: makes a root directory of the paths that are given before `--`, read only, and
 * becomes the command behind it with that root. There is no /proc in it, so nothing tells of other processes.
 *
 * It is built over /sys, a directory that every Linux system has, read-only containers too, and that nothing inside needs.
 */
export const mountScript = `
root=/sys
mount -t tmpfs -o size=64k,mode=755,nosuid,nodev,noexec tmpfs "$root"
while [ "$1" != -- ]; do
  path=$1
  shift
  if [ ! -e "$path" ] || [ -e "$root$path" ]; then continue; fi
  if [ -d "$path" ]; then
    mkdir -p "$root$path"
  else
    mkdir -p "$root\${path%/*}"
    : > "$root$path"
  fi
  mount --bind -o ro,nosuid,nodev "$path" "$root$path"
done
shift
mount -o remount,bind,ro,nosuid,nodev,noexec "$root"
exec chroot "$root" "$@"
`;
