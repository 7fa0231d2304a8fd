import { ChatMessageDto } from './chat-message.dto.js';

class ChatChoiceDto {
  /** @example 0 */
  readonly index!: number;
  readonly message!: ChatMessageDto;
  /** @example stop */
  readonly finish_reason!: string;
}

class ChatUsageDto {
  /** @example 6 */
  readonly prompt_tokens!: number;
  /** @example 6 */
  readonly completion_tokens!: number;
  /** @example 12 */
  readonly total_tokens!: number;
}

/** A chat completion as the vendor sent it; vendors add fields of their own. */
export class ChatCompletionDto {
  /** @example chatcmpl-1b9d6bcd */
  readonly id!: string;
  /** @example chat.completion */
  readonly object!: string;
  /**
   * Seconds since the epoch.
   * @example 1795000000
   */
  readonly created!: number;
  /** @example echo */
  readonly model!: string;
  readonly choices!: ChatChoiceDto[];
  readonly usage?: ChatUsageDto;
}
