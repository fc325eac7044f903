import multipart from '@fastify/multipart';
import { readEnvironment } from '@ekphrasis/configuration';
import { HttpServerSettings, publicServer, runService } from '@ekphrasis/service';
import { serveApiDocumentation } from './api-documentation.js';
import { ApiSettings } from './api.settings.js';
import { acceptBatchBodies } from './batches/batch-body.js';
import { AppModule } from './app.module.js';
import { acceptPictureBodies } from './red/requests/picture-bodies.js';

/** Where clients of the course that asked for this service look for the same three calls. */
const coursePrefix = '/api/v1.0/images';

void runService(() => {
  const { UPLOAD_MAX_BYTES, SHUTDOWN_TIMEOUT_MS } = readEnvironment(ApiSettings);
  const server = publicServer({
    settings: readEnvironment(HttpServerSettings),
    rewritePath: (path) => (path.startsWith(coursePrefix) ? path.slice('/api/v1.0'.length) : path),
    extend: async (app) => {
      await app.register(multipart, { limits: { fileSize: UPLOAD_MAX_BYTES, files: 1, fields: 10, parts: 11 } });
      acceptPictureBodies(app, '/red');
      acceptBatchBodies(app);
      serveApiDocumentation(app);
    },
  });
  return { name: 'api', module: AppModule, server, endsWithinMs: SHUTDOWN_TIMEOUT_MS };
});
