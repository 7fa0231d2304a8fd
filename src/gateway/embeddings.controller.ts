import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmbeddingsRequestDto } from './embeddings-request.dto.js';
import { EmbeddingListDto } from './embeddings.dto.js';
import { GatewayService } from './gateway.service.js';
import { type JsonBody, JsonBodyPipe } from './json-body.pipe.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { ReadBodyPipe } from './read-body.pipe.js';

const checkedBody = new JsonBodyPipe(EmbeddingsRequestDto);

const hello = { model: 'simulated/echo', input: 'Say hello to the gateway.' };

@ApiTags('embeddings')
@Controller('v1/embeddings')
@ModelEndpoint()
export class EmbeddingsController {
  constructor(private readonly gateway: GatewayService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Embed texts', description: "OpenAI's embeddings, as numbers or in base64." })
  @ApiBody({ type: EmbeddingsRequestDto, examples: { hello: { value: hello } } })
  @ApiOkResponse({ type: EmbeddingListDto })
  async create(
    @Body(ReadBodyPipe, checkedBody) { dto, json, bytes }: JsonBody<EmbeddingsRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    return this.gateway.embed({ model: dto.model, json, bytes }, request, reply);
  }
}
