#!/usr/bin/env bash
# Builds the image where there is neither Docker nor a registry: base images of the names in the Dockerfile are made of Debian's packages and the
# .NET SDK of this machine, and buildah builds on them without starting containers. Images for use are built by `docker build`.
#
#   deploy/image/build.sh [VERSION]      builds interest-service:VERSION, by default 1.0.0
#   TORCH=cuda deploy/image/build.sh     builds interest-service:VERSION-cuda
#
# Runs as root and needs the Debian packages buildah and debootstrap, and dotnet. `buildah rmi --all` removes what it leaves.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:-1.0.0}
torch=${TORCH:-cpu}
tag=interest-service:$version
for program in buildah debootstrap dotnet; do
  command -v "$program" >/dev/null || { echo "$program is not installed; for all but dotnet: apt-get install buildah debootstrap" >&2; exit 1; }
done
[ "$torch" = cpu ] || tag=$tag-$torch
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

base_name() { sed -n "s/^FROM \([^ ]*\/$1:[^ ]*\).*/\1/p" Dockerfile; }

exists() { buildah inspect --type image "$1" >/dev/null 2>&1; }

commit() { # FOLDER NAME SETTING...
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$1" / >/dev/null
  buildah config "${@:3}" "$container"
  buildah commit --quiet --rm "$container" "$2" >/dev/null
  rm -rf "$1"
}

make_bases() {
  local sdk=$work/sdk aspnet=$work/aspnet package
  # shellcheck source=/dev/null
  debootstrap --variant=minbase --include=binutils,ca-certificates,libssl3,libstdc++6,zlib1g \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$sdk" >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 1; }

  # Like Microsoft's chiseled images: the libraries that .NET needs, and neither a shell nor a package manager.
  mkdir -p "$aspnet"/{dev,proc,sys,run,tmp,home/app,etc,usr/{bin,lib,lib64,share/dotnet}}
  ln -s usr/lib usr/lib64 "$aspnet/"
  for package in base-files libc6 libgcc-s1 libssl3 libstdc++6 zlib1g ca-certificates; do
    dpkg-deb --fsys-tarfile "$sdk/var/cache/apt/archives/$package"_*.deb | tar -x -C "$aspnet" --keep-directory-symlink
  done
  rm -rf "$aspnet"/usr/share/{doc,man,locale} "$aspnet/etc/ssl"
  cp -a "$sdk/etc/ssl" "$aspnet/etc/"
  printf 'root:x:0:0::/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' >"$aspnet/etc/passwd"
  printf 'root:x:0:\napp:x:1654:\n' >"$aspnet/etc/group"
  chmod 1777 "$aspnet/tmp"
  chown 1654:1654 "$aspnet/home/app"
  cp -a "$dotnet"/{dotnet,host,shared} "$aspnet/usr/share/dotnet/"
  ln -s ../share/dotnet/dotnet "$aspnet/usr/bin/dotnet"
  commit "$aspnet" "$(base_name aspnet)" --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true --env PATH=/usr/bin

  rm -rf "$sdk"/var/{cache/apt/archives,lib/apt/lists}
  mkdir -p "$sdk/usr/share/dotnet"
  cp -a "$dotnet/." "$sdk/usr/share/dotnet/"
  ln -s ../share/dotnet/dotnet "$sdk/usr/bin/dotnet"
  commit "$sdk" "$(base_name sdk)" --env DOTNET_CLI_TELEMETRY_OPTOUT=1 --env DOTNET_NOLOGO=1 --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true --env PATH=/usr/sbin:/usr/bin:/sbin:/bin
}

if ! exists "$(base_name sdk)" || ! exists "$(base_name aspnet)"; then make_bases; fi

# The packages and certificates of this machine, so that nothing is downloaded twice.
mkdir -p "$HOME/.nuget"
buildah build --isolation chroot --pull-never --format docker --layers=false \
  --volume "$HOME/.nuget:/root/.nuget" --volume /etc/ssl/certs:/etc/ssl/certs:ro \
  --build-arg TORCH="$torch" --build-arg VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
  --tag "$tag" .
buildah images --format '{{.Name}}:{{.Tag}}  {{.Size}}' "$tag"
