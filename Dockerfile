# syntax=docker/dockerfile:1
# An image with one binary, no shell and no root. For a link code, run:
# docker compose exec oxeye oxeye link NAME

FROM rust:1-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package oxeye-backend --bin oxeye \
        --package oxeye-agent --bin oxeye-agent \
    && mkdir /data

# `docker build --target agent` builds only the agent, which runs as the user of itzg/minecraft-server.
FROM gcr.io/distroless/cc-debian12:nonroot AS agent
COPY --from=build /src/target/release/oxeye-agent /usr/local/bin/oxeye-agent
COPY --from=build --chown=1000:1000 /data /data
ENV OXEYE_AGENT_DATA_DIR=/data
WORKDIR /data
VOLUME /data
USER 1000:1000
ENTRYPOINT ["oxeye-agent"]
CMD ["run"]

# `docker build --target fleet` builds only the fleet and its worker: deploy/compose-fleet.yaml.
FROM build AS build-fleet
RUN cargo build --release --locked --package oxeye-fleet --bin oxeye-fleet

FROM gcr.io/distroless/cc-debian12:nonroot AS fleet
COPY --from=build-fleet /src/target/release/oxeye-fleet /usr/local/bin/oxeye-fleet
COPY --from=build --chown=nonroot:nonroot /data /data
COPY --from=build --chown=nonroot:nonroot /data /run/oxeye
ENV FLEET_DATA=/data
WORKDIR /data
VOLUME /data
ENTRYPOINT ["oxeye-fleet"]
CMD ["serve"]

# distroless/cc has glibc and nothing else; Oxeye brings its own SQLite and its own certificate roots.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/oxeye /usr/local/bin/oxeye
# A new volume inherits the owner of the folder that it covers, so the unprivileged user can write it.
COPY --from=build --chown=nonroot:nonroot /data /data
ENV HOST=0.0.0.0 \
    PORT=3000 \
    DATABASE_PATH=/data/oxeye.db
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Healthy means that Oxeye runs and can write to its store. The first start may have to migrate a large store.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["oxeye", "health"]
ENTRYPOINT ["oxeye"]
CMD ["serve"]
