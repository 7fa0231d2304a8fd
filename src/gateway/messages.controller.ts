import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayService } from './gateway.service.js';
import { type JsonBody, JsonBodyPipe } from './json-body.pipe.js';
import { MessageAnswerDto, MessageErrorDto, TokenCountDto } from './message.dto.js';
import { CountTokensRequestDto, MessagesRequestDto } from './messages-request.dto.js';
import { checkAnthropicMessages } from './messages.check.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';
import { ReadBodyPipe } from './read-body.pipe.js';

const checkedMessages = new JsonBodyPipe(MessagesRequestDto, ({ messages }) => checkAnthropicMessages(messages));
const checkedCount = new JsonBodyPipe(CountTokensRequestDto, ({ messages }) => checkAnthropicMessages(messages));

const hello = { model: 'simulated/echo', messages: [{ role: 'user', content: 'Say hello to the gateway.' }] };

@ApiTags('messages')
@Controller('v1/messages')
@ModelEndpoint(MessageErrorDto)
export class MessagesController {
  constructor(private readonly gateway: GatewayService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Create a message',
    description: "Anthropic's messages, for any model. With `stream: true` the answer comes as server-sent events.",
  })
  @ApiBody({ type: MessagesRequestDto, examples: { hello: { value: { ...hello, max_tokens: 256 } } } })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOkResponse({ type: MessageAnswerDto })
  async create(
    @Body(ReadBodyPipe, checkedMessages) { dto, json, bytes }: JsonBody<MessagesRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const { model, stream } = dto;
    reply.header('request-id', request.exchange.id);
    const asked = { dialect: 'anthropic-messages', model, stream: stream === true, json, bytes } as const;
    return this.gateway.generate(asked, request, reply);
  }

  @Post('count_tokens')
  @HttpCode(200)
  @ApiOperation({
    summary: "Count a prompt's tokens",
    description: "The vendor's count where it has one, else the gateway's: `x-gateway-token-count` says which.",
  })
  @ApiBody({ type: CountTokensRequestDto, examples: { hello: { value: hello } } })
  @ApiOkResponse({ type: TokenCountDto })
  async countTokens(
    @Body(ReadBodyPipe, checkedCount) { dto, json, bytes }: JsonBody<CountTokensRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    reply.header('request-id', request.exchange.id);
    const asked = { dialect: 'anthropic-messages', model: dto.model, stream: false, json, bytes } as const;
    return this.gateway.countTokens(asked, request, reply);
  }
}
