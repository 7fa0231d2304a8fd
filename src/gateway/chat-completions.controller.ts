import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChatCompletionRequestDto } from './chat-completion-request.dto.js';
import { ChatCompletionDto } from './chat-completion.dto.js';
import { GatewayService } from './gateway.service.js';
import { type JsonBody, JsonBodyPipe } from './json-body.pipe.js';
import { checkMessages } from './messages.check.js';
import { ReadBodyPipe } from './read-body.pipe.js';
import { ModelEndpoint } from './model-endpoint.decorator.js';

const checkedBody = new JsonBodyPipe(ChatCompletionRequestDto, ({ messages }) => checkMessages(messages));

@ApiTags('chat')
@Controller('v1/chat/completions')
@ModelEndpoint()
export class ChatCompletionsController {
  constructor(private readonly gateway: GatewayService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Complete a chat',
    description: "OpenAI's chat completions. With `stream: true` the answer comes as server-sent events.",
  })
  @ApiBody({ type: ChatCompletionRequestDto })
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOkResponse({ type: ChatCompletionDto })
  async create(
    @Body(ReadBodyPipe, checkedBody) body: JsonBody<ChatCompletionRequestDto>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const { dto, json, bytes } = body;
    const asked = { dialect: 'openai-chat', model: dto.model, stream: dto.stream === true, json, bytes } as const;
    return this.gateway.generate(asked, request, reply);
  }
}
