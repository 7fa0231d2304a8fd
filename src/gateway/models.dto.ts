export class ModelDto {
  /** @example simulated/echo */
  readonly id!: string;
  /** @example model */
  readonly object!: string;
  /**
   * Seconds since the epoch.
   * @example 1795000000
   */
  readonly created!: number;
  /**
   * The provider that serves it, or `gateway` for a name of the settings.
   * @example simulated
   */
  readonly owned_by!: string;
}

export class ModelListDto {
  /** @example list */
  readonly object!: string;
  readonly data!: ModelDto[];
}

/** A model as Anthropic's API lists it. */
export class AnthropicModelDto {
  /** @example model */
  readonly type!: string;
  /** @example simulated/echo */
  readonly id!: string;
  /** @example simulated/echo */
  readonly display_name!: string;
  /** @example 2026-11-24T00:00:00.000Z */
  readonly created_at!: string;
}

export class AnthropicModelListDto {
  readonly data!: AnthropicModelDto[];
  /** @example false */
  readonly has_more!: boolean;
  /** @example simulated/echo */
  readonly first_id!: string | null;
  /** @example simulated/echo */
  readonly last_id!: string | null;
}

export function toAnthropicModel({ id, created }: ModelDto): AnthropicModelDto {
  return { type: 'model', id, display_name: id, created_at: new Date(created * 1000).toISOString() };
}
