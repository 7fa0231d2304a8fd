import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { GatewayService } from './gateway.service.js';
import { type JsonBody, JsonBodyPipe } from './json-body.pipe.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { ReadBodyPipe } from './read-body.pipe.js';
import { ResponseDto } from './response.dto.js';
import { ResponsesRequestDto } from './responses-request.dto.js';

const checkedBody = new JsonBodyPipe(ResponsesRequestDto, ({ background, stream }) => {
  if (background !== true || stream === true) return;
  const message = "'background' needs 'stream': an answer cannot be fetched here later.";
  throw new GatewayError('invalid_request', message, { param: 'background' });
});

const hello = { model: 'simulated/echo', input: 'Say hello to the gateway.' };

@ApiTags('responses')
@Controller('v1/responses')
@ModelEndpoint()
export class ResponsesController {
  constructor(private readonly gateway: GatewayService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Create a response',
    description: "OpenAI's responses, stateless, for any model. With `stream: true` it comes as server-sent events.",
  })
  @ApiBody({ type: ResponsesRequestDto, examples: { hello: { value: hello } } })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOkResponse({ type: ResponseDto })
  async create(
    @Body(ReadBodyPipe, checkedBody) { dto, json, bytes }: JsonBody<ResponsesRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const { model, stream } = dto;
    const asked = { dialect: 'openai-responses', model, stream: stream === true, json, bytes } as const;
    return this.gateway.generate(asked, request, reply);
  }
}
