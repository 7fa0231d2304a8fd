/** What the clients' tests ask the conversing vendor for. */

export const QUESTION = 'What is the weather in Paris?';
export const TWO_QUESTIONS = 'What is the weather in Paris and Rome?';
export const RESULT = 'sunny';
export const FORECAST = `It is 21 degrees. ${RESULT}`;

export const CITY_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false,
};
export const WEATHER = { name: 'get_weather', description: 'The weather in a city' };

/** One white pixel, `image/png`. */
export const PNG_BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=';
export const PNG_URL = `data:image/png;base64,${PNG_BASE64}`;

/** The reason for which a promise is rejected. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it has not failed');
}
