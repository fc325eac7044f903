#!/bin/bash
# Runs the services of docker-compose.yml from their images, tries them as users do, stops them, and looks what is left.
# ENGINE: docker or podman; COMPOSE: the command for compose.
set -euo pipefail
cd "$(dirname "$0")/../.."
project=ekphrasis-images
failures=0
ours='web worker image-worker notifier task-rpc message-service task-consumer'
ADMIN_TOKEN=$(head -c 24 /dev/urandom | base64 | tr -d '+/=')
JWT_SECRET=$(head -c 48 /dev/urandom | base64 | tr -d '+/=\n')
export ADMIN_TOKEN JWT_SECRET

compose() { $COMPOSE --project-name $project "$@"; }
containers() { $ENGINE ps --all --quiet --filter "label=com.docker.compose.project=$project" "$@"; }
of_service() { containers --filter "label=com.docker.compose.service=$1"; }
title() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

finish() {
  local code=$?
  if [ $code -ne 0 ]; then for each in $(containers); do $ENGINE logs --tail 20 "$each" 2>&1; done; fi
  compose down --volumes --timeout 5 > /dev/null 2>&1 || true
}
trap finish EXIT

title sizes
for image in web worker processing notifier tasks messages tests; do
  printf '%s: %s MB\n' $image $(($($ENGINE image inspect --format '{{.Size}}' ekphrasis-$image:0.1.0) / 1000000))
done

# gigabytes were written just now, and a database that waits for its disk behind them answers late
sync

title "up, two workers of each kind"
# shellcheck disable=SC2086 # several words
compose up --detach --force-recreate --scale worker=2 --scale image-worker=2 rabbitmq $ours
expected=11
healthy() { containers --filter health=healthy | wc -l; }
for _ in $(seq 240); do
  if [ "$(healthy)" -eq $expected ]; then break; fi
  sleep 0.5
done
if [ "$(healthy)" -ne $expected ]; then
  fail 'a service is not healthy within two minutes'
  for each in $(containers); do
    $ENGINE ps --all --filter "id=$each" --format '{{.Names}} {{.Status}}'
    $ENGINE exec "$each" node -e 'fetch(`http://127.0.0.1:${process.env.PORT ?? process.env.HEALTH_PORT}/health/ready`).then(async (answer) => console.log(answer.status, await answer.text()))' 2> /dev/null || true
  done
fi

title 'pages, documentation, a picture described, processed and measured, a task'
node scripts/images/check-product.mjs http://127.0.0.1:8000 http://127.0.0.1:5000 http://127.0.0.1:8080 || fail 'the product does not answer as it should'

title 'what decoders are kept from'
for worker in $(of_service worker) $(of_service image-worker); do
  $ENGINE logs "$worker" 2>&1 | grep -o '"msg":"sandbox of the picture decoders[^"]*"' || fail 'a worker says nothing of its sandbox'
  # a decoder that was taken over has the same user as the worker where nothing else is to be had
  processes=$($ENGINE exec "$worker" sh -c 'grep -l -E "^(node|tini|MainThread)$" /proc/[0-9]*/comm' | xargs -n 1 dirname)
  [ "$(echo "$processes" | wc -l)" -ge 2 ] || fail "tini and the worker are not found among the processes of $worker"
  for process in $processes; do
    if $ENGINE exec "$worker" sh -c "cat $process/environ" 2> /dev/null | grep -q RABBITMQ; then
      fail "the environment of $process can be read by its own user"
    fi
  done
done

title 'end-to-end tests'
tests=$(compose run --detach pytest | tail -n 1)
code=$($ENGINE wait "$tests")
$ENGINE logs "$tests" > .run/images-tests.log 2>&1 || true
grep -A 14 '●' .run/images-tests.log | head -n 200 || true
tail -n 12 .run/images-tests.log
if [ "$code" -ne 0 ]; then
  fail "the end-to-end tests ended with $code"
  for each in $(of_service web); do $ENGINE logs "$each" 2>&1 | grep -v '"level":"info"' | tail -n 40; done
fi
$ENGINE rm --force "$tests" > /dev/null

# of a file without a name, as a batch by lines has one, the change of /tmp is left
title 'files that were written beside the volumes'
for app in $(for service in $ours; do of_service "$service"; done); do
  written=$($ENGINE diff "$app" | grep -v -E '^[AC] /(data|models|run|etc|dev|proc|sys)(/|$)|^C /tmp$' || true)
  [ -z "$written" ] || fail "written in a container: $written"
done

title 'SIGTERM'
for service in worker image-worker notifier task-rpc task-consumer message-service web; do
  begun=$(date +%s%3N)
  compose stop --timeout 30 $service
  echo "$service: $(($(date +%s%3N) - begun)) ms"
  for container in $(of_service $service); do
    code=$($ENGINE inspect --format '{{.State.ExitCode}}' "$container")
    case $code in 0 | 143) ;; *) fail "$service ended with $code" ;; esac
  done
done

title down
compose down --volumes
[ -z "$(containers)" ] || fail 'containers are left'
[ -z "$($ENGINE volume ls --quiet --filter "label=com.docker.compose.project=$project")" ] || fail 'volumes are left'

title finished
echo "$failures failed"
[ $failures -eq 0 ]
