# syntax=docker/dockerfile:1
# The images of the product, each a target of this file: web (the API), worker (captions), tests (the end-to-end suite).

ARG NODE_IMAGE=node:20.20.2-bookworm-slim

# All packages, for building and testing.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit

# The packages that run in production.
FROM ${NODE_IMAGE} AS production-dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# onnxruntime-node brings its library for every system, 200 MB of which are of no use here.
RUN npm ci --omit=dev --no-audit \
    && rm -rf node_modules/onnxruntime-node/bin/napi-*/darwin node_modules/onnxruntime-node/bin/napi-*/win32

FROM dependencies AS build
COPY tsconfig.json nest-cli.json ./
COPY libs libs
COPY apps apps
RUN npm run build

# What web and worker have in common: packages, a process 1 that passes on signals, an unprivileged user, the volumes' directories.
FROM ${NODE_IMAGE} AS runtime
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=node --group=node /data /models
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data
COPY package.json ./
COPY --from=production-dependencies /app/node_modules node_modules
USER node
ENTRYPOINT ["/usr/bin/tini", "--"]

FROM runtime AS web
ENV PORT=5000
COPY --from=build /app/dist/apps/api dist/apps/api
EXPOSE 5000
# By liveness: an orchestrator replaces what is unhealthy, and what a process that is not ready lacks is outside of it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT || process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/api/apps/api/src/main.js"]

FROM runtime AS worker
ENV HEALTH_PORT=8081 MODEL_DIR=/app/models/small/bundle MODELS_DIR=/models
COPY models/small/bundle models/small/bundle
COPY --from=build /app/dist/apps/caption-worker dist/apps/caption-worker
EXPOSE 8081
# Between fetching its MODEL and having loaded it a worker answers nobody for a moment: up to two minutes are waited for.
HEALTHCHECK --interval=5s --timeout=3s --start-period=2m --retries=24 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/caption-worker/apps/caption-worker/src/main.js"]

# Everything that the end-to-end suite needs. It reaches the product through HTTP alone, at EKPHRASIS_URL.
FROM build AS tests
COPY . .
RUN chown node:node /app
USER node
CMD ["node", "scripts/test.mjs", "--selectProjects", "e2e"]
