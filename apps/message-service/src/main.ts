import { readEnvironment } from '@ekphrasis/configuration';
import { publicServer, runService } from '@ekphrasis/service';
import { GrpcServer } from './grpc-server/grpc-server.js';
import { MessageServiceModule } from './message-service.module.js';
import { MessageServiceSettings } from './message-service.settings.js';

void runService(() => {
  const { PAGE_PORT: PORT, HOST, REQUEST_TIMEOUT_MS, SHUTDOWN_TIMEOUT_MS } = readEnvironment(MessageServiceSettings);
  const server = publicServer({
    settings: { PORT, HOST, REQUEST_TIMEOUT_MS },
    extend: (app) => app.get(GrpcServer).listen(app),
  });
  return { name: 'message-service', module: MessageServiceModule, server, endsWithinMs: SHUTDOWN_TIMEOUT_MS };
});
