#!/bin/sh
# Stands in for the entrypoint of the image `postgres:18…`: makes the database on first use, and becomes the server.
set -e
binaries=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
if [ ! -e "$data/PG_VERSION" ]; then
  install -d -o postgres -g postgres /var/lib/postgresql "$data" /run/postgresql
  printf '%s' "$POSTGRES_PASSWORD" > /run/postgresql/password
  as_postgres "$binaries/initdb" --pgdata="$data" --username="$POSTGRES_USER" --pwfile=/run/postgresql/password --encoding=UTF8 --locale=C.UTF-8
  rm /run/postgresql/password
  printf 'host all all all scram-sha-256\n' >> "$data/pg_hba.conf"
  printf 'CREATE DATABASE "%s"' "$POSTGRES_DB" | as_postgres "$binaries/postgres" --single -D "$data" postgres
fi
install -d -o postgres -g postgres /run/postgresql
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$binaries/postgres" -D "$data" -c listen_addresses='*'
