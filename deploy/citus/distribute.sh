#!/bin/sh
# Joins the nodes of a Citus cluster and distributes the tables, after `migrate`; it can run again.
# Usage: distribute.sh COORDINATOR WORKER...
# The environment has the settings of libpq (PGUSER, PGDATABASE) and PGPASSWORD_FILE, a file with the password, which is the same on all nodes.
set -eu
cd "$(dirname "$0")"
PGPASSWORD=$(cat "$PGPASSWORD_FILE")
export PGPASSWORD

on() { # NODE ARGUMENT...
  node=$1
  shift
  psql --no-psqlrc --quiet --tuples-only --set=ON_ERROR_STOP=1 --host="$node" "$@"
}

coordinator=$1
for node in "$@"; do
  on "$node" --command='CREATE EXTENSION IF NOT EXISTS citus'
  on "$node" --set=password="$PGPASSWORD" --file=authenticate.sql
done
shift
for worker in "$@"; do on "$coordinator" --set=coordinator="$coordinator" --set=worker="$worker" --file=nodes.sql; done
on "$coordinator" --file=tables.sql
