#!/bin/sh
# Writes the secrets of docker-compose.yml to deploy/secrets. Those that exist are kept: PostgreSQL takes its password only when its volume is
# created. Compose mounts the files with their owner and mode, so that others must be able to read them; the folder keeps them from others.
set -eu
umask 022
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets

write() { # NAME TEXT
  [ -e "secrets/$1" ] || printf '%s\n' "$2" >"secrets/$1"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

write postgres_password "$(random)"
write connection_string "Host=postgres;Database=interest;Username=interest;Password=$(cat secrets/postgres_password)"
for name in application_key operator_key metrics_key grafana_password; do write "$name" "$(random)"; done
