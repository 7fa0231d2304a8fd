class ErrorDetailDto {
  /** @example 'temperature' must not be greater than 2. */
  readonly message!: string;
  /** @example invalid_request_error */
  readonly type!: string;
  /**
   * The field at fault.
   * @example temperature
   */
  readonly param!: string | null;
  /** @example invalid_request_error */
  readonly code!: string | null;
}

export class ErrorDto {
  readonly error!: ErrorDetailDto;
}
