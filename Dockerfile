# syntax=docker/dockerfile:1
# The images of the product, each a target of this file: web (the API), worker (captions), notifier, tests (the end-to-end suite).

ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

# All packages, for building and testing.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit

# The packages that run in production, without what only compilers and debuggers read. onnxruntime-node brings its library for
# every system and processor, 270 MB of which are of no use here.
FROM ${NODE_IMAGE} AS production-dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit \
    && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 ! -path "*/linux/$(node -p process.arch)" -exec rm -r {} + \
    && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# What each app leaves aside of these; test/support/dockerfile-packages.spec.ts holds the lists to what the apps ask for.
FROM production-dependencies AS web-dependencies
RUN npm pkg delete dependencies.onnxruntime-node dependencies.dejavu-fonts-ttf && npm prune --omit=dev --no-audit

FROM production-dependencies AS worker-dependencies
RUN npm pkg delete dependencies.kysely dependencies.pg dependencies.@fastify/multipart dependencies.@fastify/static \
    && npm prune --omit=dev --no-audit

FROM production-dependencies AS image-worker-dependencies
RUN npm pkg delete dependencies.kysely dependencies.pg dependencies.@fastify/multipart dependencies.@fastify/static dependencies.onnxruntime-node \
    && npm prune --omit=dev --no-audit

FROM production-dependencies AS notifier-dependencies
RUN npm pkg delete dependencies.onnxruntime-node dependencies.sharp dependencies.@fastify/multipart dependencies.@aws-sdk/client-s3 \
    && npm prune --omit=dev --no-audit

FROM production-dependencies AS messages-dependencies
RUN npm pkg delete dependencies.onnxruntime-node && npm prune --omit=dev --no-audit

FROM production-dependencies AS tasks-dependencies
RUN npm pkg delete dependencies.onnxruntime-node dependencies.@fastify/multipart dependencies.@fastify/static \
    && npm prune --omit=dev --no-audit

FROM dependencies AS build
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
# a library’s command line has it from there
COPY scripts/setup/closed-output.cjs scripts/setup/closed-output.d.cts scripts/setup/
COPY libs libs
COPY apps apps
RUN npm run build

FROM ${NODE_IMAGE} AS node

# What web and worker have in common: Node.js without npm, a process 1 that passes on signals, an unprivileged user, the volumes'
# directories. A program that its user may start and not read (711) makes processes that others of the same user can look into
# neither by /proc nor by ptrace: a decoder that was taken over does not find the worker's environment there.
FROM ${DEBIAN_IMAGE} AS runtime
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && chmod 711 /usr/bin/tini \
    && groupadd --gid 1000 node \
    && useradd --uid 1000 --gid node --create-home node \
    && install --directory --owner=node --group=node /data /models
COPY --from=node --chmod=711 /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data
COPY package.json ./
USER node
ENTRYPOINT ["/usr/bin/tini", "--"]

FROM runtime AS web
ENV PORT=5000
COPY --from=web-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/api dist/apps/api
EXPOSE 5000
# By liveness: an orchestrator replaces what is unhealthy, and what a process that is not ready lacks is outside of it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT || process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/api/src/main.js"]

FROM runtime AS worker
ENV HEALTH_PORT=8081 MODEL_DIR=/app/models/small/bundle MODELS_DIR=/models
COPY --from=worker-dependencies /app/node_modules node_modules
COPY models/small/bundle models/small/bundle
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/caption-worker dist/apps/caption-worker
EXPOSE 8081
# Between fetching its MODEL and having loaded it a worker answers nobody for a moment: up to two minutes are waited for.
HEALTHCHECK --interval=5s --timeout=3s --start-period=2m --retries=24 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/caption-worker/src/main.js"]

FROM runtime AS image-worker
ENV HEALTH_PORT=8082
COPY --from=image-worker-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/image-worker dist/apps/image-worker
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/image-worker/src/main.js"]

FROM runtime AS notifier
ENV HEALTH_PORT=8083
COPY --from=notifier-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/notifier dist/apps/notifier
EXPOSE 8083
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/notifier/src/main.js"]

# The gRPC service with its page and, by another command, the consumer of task_queue.
FROM runtime AS messages
ENV GRPC_PORT=50051 PAGE_PORT=8080 HEALTH_PORT=8080
COPY --from=messages-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/message-service dist/apps/message-service
COPY --from=build /app/dist/apps/task-consumer dist/apps/task-consumer
EXPOSE 50051 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/message-service/src/main.js"]

# The API over AMQP. In production it does not start without JWT_SECRET or JWT_PRIVATE_KEY_FILE.
FROM runtime AS tasks
ENV HEALTH_PORT=8085
COPY --from=tasks-dependencies /app/node_modules node_modules
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/apps/task-rpc dist/apps/task-rpc
EXPOSE 8085
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/task-rpc/src/main.js"]

# Everything that the end-to-end suite needs. It reaches the product through HTTP alone, at EKPHRASIS_URL.
FROM build AS tests
COPY . .
RUN chown node:node /app
USER node
CMD ["node", "scripts/test.mjs", "--selectProjects", "e2e"]
