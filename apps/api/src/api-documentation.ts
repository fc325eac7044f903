import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Swagger UI at `/docs`, where every call can be tried, and the OpenAPI document at `/docs-json`. */
export function serveApiDocumentation(app: NestFastifyApplication): void {
  const configuration = new DocumentBuilder()
    .setTitle('Ekphrasis')
    .setDescription('Says in words what is in a picture. Errors are problem documents (RFC 9457).')
    .setVersion('1.0')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, configuration), {
    swaggerOptions: { tryItOutEnabled: true },
  });
}
