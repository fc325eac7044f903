#!/bin/bash
# Inside the engine's Debian: base images under the names that Dockerfile and docker-compose.yml have for them, then ours.
set -euo pipefail
hub=docker.io/library
dockerfile=/project/Dockerfile
node_image=$(sed -n 's/^ARG NODE_IMAGE=//p' "$dockerfile")
debian_image=$(sed -n 's/^ARG DEBIAN_IMAGE=//p' "$dockerfile")
image_of() { sed -n "s/^ *image: \($1:.*\)/\1/p" /project/docker-compose.yml | head -n 1; }

# commit NAME ROOT COMMAND…: an image of a directory, which COMMAND changes before it is kept; its root is $mounted there
commit() {
  local name=$1 root=$2 container mounted
  shift 2
  if buildah inspect --type image "$hub/$name" > /dev/null 2>&1; then return; fi
  container=$(buildah from scratch)
  mounted=$(buildah mount "$container")
  cp -a "$root/." "$mounted/"
  rm -rf "$mounted"/var/lib/apt/lists/* "$mounted"/var/cache/apt/*
  # as the images have it that this one stands in for
  printf 'DPkg::Post-Invoke { "rm -f /var/cache/apt/*.bin"; };\nAPT::Update::Post-Invoke { "rm -f /var/cache/apt/*.bin"; };\n' > "$mounted/etc/apt/apt.conf.d/docker-clean"
  install -D -m 644 /images/ca-certificates.crt "$mounted/etc/ssl/certs/ca-certificates.crt"
  buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  "$@"
  buildah umount "$container" > /dev/null
  buildah commit --rm --quiet --format docker "$container" "$hub/$name"
}

as_debian() { buildah config --cmd bash "$container"; }

as_node() {
  cp /images/node "$mounted/usr/local/bin/node"
  mkdir -p "$mounted/usr/local/lib/node_modules"
  cp -a /images/npm "$mounted/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$mounted/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$mounted/usr/local/bin/npx"
  chroot "$mounted" useradd --uid 1000 --user-group --create-home node
  buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt --cmd node "$container"
}

as_service() {
  rm -rf "$mounted"/var/lib/postgresql/* "$mounted"/var/lib/rabbitmq/*
  install -m 755 "/project/scripts/images/engine/$1-entrypoint.sh" "$mounted/usr/local/bin/entrypoint.sh"
  ln -s "$(cd "$mounted" && echo usr/lib/postgresql/*/bin/pg_isready | sed 's,^,/,')" "$mounted/usr/local/bin/pg_isready"
  buildah config --env LC_ALL=C.UTF-8 --entrypoint '["/usr/local/bin/entrypoint.sh"]' "$container"
}

commit "$debian_image" /images/base as_debian
commit "$node_image" /images/base as_node
commit "$(image_of rabbitmq)" /images/services as_service rabbitmq
commit "$(image_of postgres)" /images/services as_service postgres

cd /project
# a target of Dockerfile, and the name of its image where that is another one
for each in web worker image-worker:processing notifier tasks messages tests; do
  target=${each%:*}
  echo "== $target"
  buildah bud --isolation=chroot --layers --pull-never --format docker --target "$target" \
    --tag "$hub/$(image_of "ekphrasis-${each#*:}")" --file "$dockerfile" .
done
