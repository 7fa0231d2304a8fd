import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves Swagger UI at `/docs` and the OpenAPI document at `/docs-json`, made when it is first asked for. */
export function serveDocs(app: NestFastifyApplication): void {
  const document = new DocumentBuilder()
    .setTitle('LLM gateway')
    .setDescription('One door for every large language model call. "Try it out" works at once with `simulated/echo`.')
    .setVersion('0.1.0')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, document), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
  });
}
