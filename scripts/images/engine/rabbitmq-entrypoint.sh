#!/bin/sh
# Stands in for the entrypoint of the image `rabbitmq:…-management`: guest may log in from other containers, the page is on.
set -e
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
printf 'loopback_users.guest = false\n' > /etc/rabbitmq/rabbitmq.conf
printf '[rabbitmq_management].\n' > /etc/rabbitmq/enabled_plugins
exec /usr/sbin/rabbitmq-server
