import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CLIENT_SCHEME, OPERATOR_SCHEME } from '@ekphrasis/access';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** Swagger UI at `/docs`, where every call can be tried, and the OpenAPI document at `/docs-json`. */
export function serveApiDocumentation(app: NestFastifyApplication): void {
  const configuration = new DocumentBuilder()
    .setTitle('Ekphrasis')
    .setDescription('Says in words what is in a picture. Errors are problem documents (RFC 9457).')
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A client’s API key, ek_…' }, CLIENT_SCHEME)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'The operator’s token, ADMIN_TOKEN' },
      OPERATOR_SCHEME,
    )
    // where a call says nothing else: with a key or without
    .addSecurityRequirements({})
    .addSecurityRequirements(CLIENT_SCHEME)
    .build();
  SwaggerModule.setup('docs', app, () => withOneBodyEach(SwaggerModule.createDocument(app, configuration)), {
    swaggerOptions: { tryItOutEnabled: true },
  });
}

/** Of a body that is one of as many schemas as it may have content types, each type gets its own, in their order: Nest gives all of them to each. */
function withOneBodyEach(document: OpenAPIObject): OpenAPIObject {
  for (const { post } of Object.values(document.paths)) {
    const body = post?.requestBody;
    const types = body && 'content' in body ? Object.values(body.content) : [];
    for (const [index, type] of types.entries()) {
      const schemas = type.schema && 'oneOf' in type.schema ? type.schema.oneOf : undefined;
      if (schemas?.length === types.length) type.schema = schemas[index];
    }
  }
  return document;
}
