FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# The build of libtorch in the image: cpu or cuda.
ARG TORCH=cpu
WORKDIR /source
# Project files before sources: libtorch, hundreds of megabytes, is downloaded again only if these change.
COPY .editorconfig Directory.Build.props Directory.Packages.props global.json ./
COPY .build/ .build/
COPY src/InterestService.Pipeline/*.csproj src/InterestService.Pipeline/
COPY src/InterestService.EmbeddedPostgres/*.csproj src/InterestService.EmbeddedPostgres/
COPY src/InterestService.Demo/*.csproj src/InterestService.Demo/
COPY src/InterestService.Api/*.csproj src/InterestService.Api/
RUN dotnet restore src/InterestService.Api -p:Torch=$TORCH
COPY src/ src/
RUN dotnet publish src/InterestService.Api --no-restore --configuration Release -p:Torch=$TORCH --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# libtorch needs no system package beyond those of the base image: its package contains libgomp.
COPY --from=build /app /app
RUN mkdir /data && chown "$APP_UID" /data
WORKDIR /app
ENV InterestService__DataDirectory=/data
USER $APP_UID
EXPOSE 8080
# The image has no curl, so the program checks itself.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["dotnet", "InterestService.Api.dll", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "InterestService.Api.dll"]
