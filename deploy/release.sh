#!/usr/bin/env bash
# Writes what a release consists of to a folder: the NuGet package of the client and the bill of materials (CycloneDX) of the service, and builds
# its images where there is Docker. Nothing is published.
#
#   deploy/release.sh 1.0.0 out
set -euo pipefail
[ $# -eq 2 ] || { echo "Usage: deploy/release.sh VERSION FOLDER" >&2; exit 2; }
version=$1
out=$(mkdir -p "$2" && cd "$2" && pwd)
cd "$(dirname "$0")/.."

grep -q "^## $version\$" deploy/CHANGELOG.md || { echo "deploy/CHANGELOG.md says nothing of $version." >&2; exit 1; }
dotnet pack src/InterestService.Client --configuration Release --output "$out"
[ -e "$out/InterestService.Client.$version.nupkg" ] || { echo "The projects have another version than $version." >&2; exit 1; }

dotnet tool restore
dotnet CycloneDX src/InterestService.Api/InterestService.Api.csproj --recursive \
  --output "$out" --filename "interest-service-$version.cdx.json" --output-format Json --set-name interest-service --set-version "$version"

command -v docker >/dev/null && docker info >/dev/null 2>&1 || { echo "No Docker: the images are not built."; exit 0; }
for torch in cpu cuda; do
  suffix=$([ "$torch" = cpu ] || echo "-$torch")
  docker build --build-arg TORCH="$torch" --build-arg VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" \
    --tag "interest-service:$version$suffix" --tag "interest-service:${version%.*}$suffix" --tag "interest-service:${version%%.*}$suffix" .
done
