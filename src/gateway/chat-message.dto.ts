import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One message of a conversation. Documents the shape; `messages.check.ts` checks it. */
export class ChatMessageDto {
  @ApiProperty({ enum: ['developer', 'system', 'user', 'assistant', 'tool', 'function'], example: 'user' })
  readonly role!: string;

  @ApiPropertyOptional({
    description: 'Text, or a list of parts: text, images, audio, files.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }],
    nullable: true,
    example: 'Say hello to the gateway.',
  })
  readonly content?: string | readonly object[] | null;

  @ApiPropertyOptional({ description: 'Tells participants of one role apart.' })
  readonly name?: string;

  @ApiPropertyOptional({ description: 'Calls that the assistant made.', type: 'array', items: { type: 'object' } })
  readonly tool_calls?: readonly object[];

  @ApiPropertyOptional({ description: 'The call that a tool message answers.' })
  readonly tool_call_id?: string;
}
