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
