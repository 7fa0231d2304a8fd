export class HealthDto {
  /** @example ok */
  readonly status!: 'ok' | 'unavailable';
  /**
   * The parts that fail, by name.
   * @example []
   */
  readonly failing!: string[];
}
