# The same Node as the `node` devDependency; Debian 13, since regular support for Debian 12 has ended.
FROM node:26.10.0-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Two packages have an install script, and none of them is wanted here: `node` brings a Node to old machines, and
# `@scarf/scarf` counts installations.
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:26.10.0-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The one optional dependency outside of development is the TypeScript compiler, for @nestjs/swagger's build plugin.
# .ci/run repeats this line and starts the gateway with what it installs.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:26.10.0-trixie-slim
# Listening beyond loopback takes at least one key in the settings: see docker-compose.yml.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 GATEWAY_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
# All that the gateway writes is in /data: the rest of the file system may be read-only.
RUN install --directory --owner=1000 --group=1000 /data
VOLUME /data
# The image's own user `node`, by number, so that an orchestrator can tell that it is not root.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and gets SIGTERM: no npm and no shell in between. A stop takes up to `server.shutdownGraceMs`
# and a second more, which is longer than the 10 s that `docker stop` waits unless told otherwise.
CMD ["node", "--enable-source-maps", "dist/main.js"]
