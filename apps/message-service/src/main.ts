import { readEnvironment } from '@ekphrasis/configuration';
import { HttpServerSettings, publicServer, runService } from '@ekphrasis/service';
import { GrpcServer } from './grpc-server/grpc-server.js';
import { MessageServiceModule } from './message-service.module.js';
import { MessageServiceSettings } from './message-service.settings.js';

void runService(() => {
  const { PAGE_PORT, SHUTDOWN_TIMEOUT_MS } = readEnvironment(MessageServiceSettings);
  const settings = { ...readEnvironment(HttpServerSettings), PORT: PAGE_PORT };
  // the second port of the operator is the API's
  delete settings.ADMIN_PORT;
  const server = publicServer({
    settings,
    extend: (app) => app.get(GrpcServer).listen(app),
  });
  return { name: 'message-service', module: MessageServiceModule, server, endsWithinMs: SHUTDOWN_TIMEOUT_MS };
});
