import http from 'node:http';
import { chatBody, models } from './traffic.ts';

/** One small chat request; resolves with the status once the whole answer is here. */
export function firstAnswer(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-bench' };
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/chat/completions', headers });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.setTimeout(10_000, () => request.destroy(new Error('no answer within 10 s')));
    request.end(chatBody(models.instant));
  });
}
