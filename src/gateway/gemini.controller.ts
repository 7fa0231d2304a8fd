import { Body, Controller, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExcludeEndpoint,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { GatewayService } from './gateway.service.js';
import { GenerateContentRequestDto } from './generate-content-request.dto.js';
import { GeminiErrorDto, GeneratedContentDto } from './generated-content.dto.js';
import { type JsonBody, JsonBodyPipe } from './json-body.pipe.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { ReadBodyPipe } from './read-body.pipe.js';

const checkedBody = new JsonBodyPipe(GenerateContentRequestDto);
/** Google's way to name an action of a resource. */
const MODEL_AND_ACTION = /^(.{1,256}):(generateContent|streamGenerateContent)$/;

const hello = { contents: [{ role: 'user', parts: [{ text: 'Say hello to the gateway.' }] }] };

@ApiTags('gemini')
@Controller(['v1beta/models', 'v1/models'])
@ModelEndpoint(GeminiErrorDto)
export class GeminiController {
  constructor(private readonly gateway: GatewayService) {}

  @Post(':modelAndAction')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Generate content',
    description:
      "Gemini's `generateContent` and, with `?alt=sse`, `streamGenerateContent`, for any model: " +
      '`/v1beta/models/{model}:generateContent`.',
  })
  @ApiParam({
    name: 'modelAndAction',
    description: 'The model, a colon, and `generateContent` or `streamGenerateContent`.',
    example: 'simulated/echo:generateContent',
  })
  @ApiQuery({ name: 'alt', required: false, enum: ['sse'], description: 'Needed to stream.' })
  @ApiBody({ type: GenerateContentRequestDto, examples: { hello: { value: hello } } })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOkResponse({ type: GeneratedContentDto })
  async generate(
    @Param('modelAndAction') modelAndAction: string,
    @Query('alt') alt: unknown,
    @Body(ReadBodyPipe, checkedBody) { json, bytes }: JsonBody<GenerateContentRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const [, model, action] = MODEL_AND_ACTION.exec(modelAndAction) ?? [];
    if (model === undefined) throw new GatewayError('not_found', 'No such endpoint. /docs lists those that exist.');
    const stream = action === 'streamGenerateContent';
    if (stream && alt !== 'sse') {
      throw new GatewayError('invalid_request', 'Streams come as server-sent events: ask with ?alt=sse.', {
        param: 'alt',
      });
    }
    return this.gateway.generate({ dialect: 'gemini', model, stream, json, bytes }, request, reply);
  }

  /** Names hold slashes, which Google's SDK does not escape. */
  @Post(':provider/*')
  @HttpCode(200)
  @ApiExcludeEndpoint()
  async generateUnescaped(
    @Param('provider') provider: string,
    @Param('*') modelAndAction: string,
    @Query('alt') alt: unknown,
    @Body(ReadBodyPipe, checkedBody) body: JsonBody<GenerateContentRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    return this.generate(`${provider}/${modelAndAction}`, alt, body, request, reply);
  }
}
