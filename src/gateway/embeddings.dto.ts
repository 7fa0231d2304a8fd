class EmbeddingDto {
  /** @example embedding */
  readonly object!: string;
  /** @example 0 */
  readonly index!: number;
  /**
   * Numbers, or base64 of little-endian 32-bit floats where they were asked for.
   * @example [0.013, -0.007]
   */
  readonly embedding!: number[];
}

class EmbeddingUsageDto {
  /** @example 5 */
  readonly prompt_tokens!: number;
  /** @example 5 */
  readonly total_tokens!: number;
}

export class EmbeddingListDto {
  /** @example list */
  readonly object!: string;
  readonly data!: EmbeddingDto[];
  /** @example echo */
  readonly model!: string;
  readonly usage!: EmbeddingUsageDto;
}
