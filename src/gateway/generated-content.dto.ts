class CandidateDto {
  readonly content!: object;
  /** @example STOP */
  readonly finishReason!: string;
  /** @example 0 */
  readonly index!: number;
}

class UsageMetadataDto {
  /** @example 5 */
  readonly promptTokenCount!: number;
  /** @example 5 */
  readonly candidatesTokenCount!: number;
  /** @example 10 */
  readonly totalTokenCount!: number;
}

/** An answer as Gemini's API gives it; vendors add fields of their own. */
export class GeneratedContentDto {
  readonly candidates!: CandidateDto[];
  readonly usageMetadata!: UsageMetadataDto;
  /** @example echo */
  readonly modelVersion!: string;
}

class GeminiErrorDetailDto {
  /** @example 400 */
  readonly code!: number;
  /** @example 'contents' is missing. */
  readonly message!: string;
  /** @example INVALID_ARGUMENT */
  readonly status!: string;
}

export class GeminiErrorDto {
  readonly error!: GeminiErrorDetailDto;
}
