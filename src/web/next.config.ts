import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repositoryRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The web is a thin shell that the Fastify server mounts: no API routes, no server actions, no images to optimise.
 *
 * Content security: the server puts a fresh `content-security-policy` with a nonce on every page *request* it hands
 * over; Next finds the nonce there and stamps its own inline scripts with it. That needs every page to be rendered per
 * request, which the root layout forces by reading the request.
 */
const config: NextConfig = {
  // `#contracts/*` is an import of the repository's package.json, two folders up.
  turbopack: { root: repositoryRoot },
  outputFileTracingRoot: repositoryRoot,
  poweredByHeader: false,
  // `npm run typecheck` covers the web; a user's first start should not spend seconds on it again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  devIndicators: false,
  // The server compresses at the edge where it is worth it; see src/server.
  compress: true,
};

export default config;
