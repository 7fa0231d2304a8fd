class ContentBlockDto {
  /** @example text */
  readonly type!: string;
  /** @example Say hello to the gateway. */
  readonly text?: string;
}

class MessageUsageDto {
  /**
   * Without those read from or written to a cache.
   * @example 5
   */
  readonly input_tokens!: number;
  /** @example 5 */
  readonly output_tokens!: number;
}

/** A message as Anthropic's API answers it; vendors add fields of their own. */
export class MessageAnswerDto {
  /** @example msg_1b9d6bcd */
  readonly id!: string;
  /** @example message */
  readonly type!: string;
  /** @example assistant */
  readonly role!: string;
  /** @example echo */
  readonly model!: string;
  readonly content!: ContentBlockDto[];
  /** @example end_turn */
  readonly stop_reason!: string;
  readonly usage!: MessageUsageDto;
}

export class TokenCountDto {
  /** @example 5 */
  readonly input_tokens!: number;
}

class MessageErrorDetailDto {
  /** @example invalid_request_error */
  readonly type!: string;
  /** @example 'max_tokens' is missing. */
  readonly message!: string;
}

export class MessageErrorDto {
  /** @example error */
  readonly type!: string;
  readonly error!: MessageErrorDetailDto;
  readonly request_id!: string;
}
