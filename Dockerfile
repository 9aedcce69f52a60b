# The image of the service, for linux/amd64: see deploy/README.md. The tags of the base images are those of global.json's SDK and its runtime.
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
# The build of libtorch in the image: cpu or cuda.
ARG TORCH=cpu
WORKDIR /source
# It removes symbol tables; the base image need not have it.
RUN command -v strip || (apt-get update && apt-get install --yes --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*)
# Project files before sources: libtorch, hundreds of megabytes, is downloaded again only if these change.
COPY .editorconfig Directory.Build.props Directory.Packages.props global.json ./
COPY .build/ .build/
COPY src/InterestService.Pipeline/*.csproj src/InterestService.Pipeline/
COPY src/InterestService.EmbeddedPostgres/*.csproj src/InterestService.EmbeddedPostgres/
COPY src/InterestService.Demo/*.csproj src/InterestService.Demo/
COPY src/InterestService.Api/*.csproj src/InterestService.Api/
RUN dotnet restore src/InterestService.Api -p:Torch=$TORCH
COPY src/ src/
# Left out: what only Windows, debuggers, Python and the tests of libtorch load, and the builds of librdkafka for Alpine and for libsasl2, which the
# image lacks; centos8-librdkafka.so needs the C library alone.
RUN dotnet publish src/InterestService.Api --no-restore --configuration Release -p:Torch=$TORCH --output /app \
    && cd /app && rm -f onnxruntime*.dll *.so.dbg libaoti_custom_ops.so libshm.so libtorch_global_deps.so alpine-librdkafka.so librdkafka.so \
    && find . -name '*.so*' -exec strip --strip-unneeded {} + \
    && mkdir /data

# Neither a shell nor a package manager. libtorch needs only the C and C++ libraries: its package contains libgomp.
FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
COPY --from=build /app /app
COPY --from=build --chown=1654:1654 /data /data
WORKDIR /app
# What is uploaded as Parquet lies in TMPDIR while it is read: the root file system can be read-only, and /tmp be small.
# Kerberos is not in the image either: Npgsql need not look for it.
ENV InterestService__DataDirectory=/data \
    PGGSSENCMODE=disable \
    TMPDIR=/data
VOLUME /data
# The user `app` of the base image by its number, which Kubernetes checks.
USER 1654
EXPOSE 8080
ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="InterestService" \
      org.opencontainers.image.description="Turns behaviour events into clusters of users by their interests." \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled"
# The program checks itself: the image has no curl.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["dotnet", "InterestService.Api.dll", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "InterestService.Api.dll"]
