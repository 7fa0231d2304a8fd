class ResponseItemDto {
  /** @example message */
  readonly type!: string;
  readonly id?: string;
  readonly content?: object[];
}

class ResponseUsageDto {
  /** @example 5 */
  readonly input_tokens!: number;
  /** @example 5 */
  readonly output_tokens!: number;
  /** @example 10 */
  readonly total_tokens!: number;
}

/** A response as OpenAI's API answers it; vendors add fields of their own. */
export class ResponseDto {
  /** @example resp_1b9d6bcd */
  readonly id!: string;
  /** @example response */
  readonly object!: string;
  /** @example completed */
  readonly status!: string;
  /** @example echo */
  readonly model!: string;
  readonly output!: ResponseItemDto[];
  readonly usage?: ResponseUsageDto;
}
