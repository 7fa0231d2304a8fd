import { describe, expect, it } from 'vitest';
import { addressOf } from './vertex-path.js';

describe('the address of a location', () => {
  it.each([
    ['global', 'https://aiplatform.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
  ])('%s is %s', (location, address) => {
    expect(addressOf(location)).toBe(address);
  });
});
