#!/usr/bin/env bash
# Runs a command of an image that image/build.sh built, as a container would: as the image's user, on its files, which are read-only except for
# /data and /tmp. Processes and the network are those of this machine: programs of the image reach its PostgreSQL.
#
#   ConnectionStrings__Postgres=... deploy/image/run.sh interest-service:1.0.0 demo --exit
#
# Runs as root. Settings of the environment that begin with ConnectionStrings__ or InterestService__ are handed on.
set -euo pipefail
image=$1
shift
container=$(buildah from --pull-never "$image")
root=$(buildah mount "$container")
trap 'buildah rm "$container" >/dev/null' EXIT

config() { buildah inspect --format "{{$1}}" "$container"; }

user=$(config .OCIv1.Config.User)
mapfile -t settings < <(config 'range .OCIv1.Config.Env}}{{println .}}{{end' | grep .; env | grep -E '^(ConnectionStrings|InterestService)__' || true)
mapfile -t entry < <(config 'range .OCIv1.Config.Entrypoint}}{{println .}}{{end' | grep .)
# The mounts are those of the inner shell alone and end with it.
unshare --mount --propagation private bash -euc '
  root=$1 user=$2
  shift 2
  mount --bind "$root" "$root"
  for system in dev proc; do mount --rbind "/$system" "$root/$system"; done
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o "mode=755,uid=$user,gid=$user" tmpfs "$root/data"
  mount -o remount,bind,ro "$root"
  exec env -i "$@"
' run "$root" "$user" \
  "${settings[@]}" /usr/bin/setpriv --no-new-privs --clear-groups \
  /usr/bin/unshare --root="$root" --wd="$(config .OCIv1.Config.WorkingDir)" --setgid="$user" --setuid="$user" \
  "${entry[@]}" "$@"
