import { describe, expect, test } from 'vitest';
import { AgentHouse, VENDOR_MODELS, droppedIn, nameOf } from '../support/agent-house.js';
import { installedAgent, runClaude } from '../support/command-line-agent.js';

const file = installedAgent('claude') ?? '';
const TIMEOUT_MS = 90_000;
const OWN_NAME = 'claude-sonnet-5';
const COMMAND = { kind: 'run', command: 'echo gateway-tool-ran | tee proof.txt' } as const;
const TOO_LONG = 'prompt is too long: 200001 tokens > 200000 maximum';

interface Outcome {
  readonly is_error: boolean;
  readonly result: string;
  readonly num_turns: number;
  readonly api_error_status: number | null;
  readonly terminal_reason: string;
}

describe.runIf(file)('Claude Code', { timeout: TIMEOUT_MS }, () => {
  const house = new AgentHouse({ [OWN_NAME]: VENDOR_MODELS['anthropic-messages'] });
  const ask = async (model: string) => {
    const run = await runClaude(file, house.url, { model, prompt: 'Write the proof, please.' });
    return { ...run, outcome: JSON.parse(run.stdout) as Outcome };
  };
  const work = async (model: string) => {
    house.vendor.errand = COMMAND;
    return ask(model);
  };

  describe.each([OWN_NAME, 'claude/claude-sonnet-5', 'claude/claude-sonnet-4-5'])('with Anthropic as %s', (model) => {
    test('runs a command and tells its outcome', async () => {
      const { exitCode, proof, outcome } = await work(model);
      expect(outcome).toMatchObject({ is_error: false, result: 'The tool said: gateway-tool-ran', num_turns: 2 });
      expect(exitCode).toBe(0);
      expect(proof).toBe('gateway-tool-ran\n');
      expect(house.requests).toHaveLength(2);
      expect(house.requests[1]?.heard?.results).toEqual([
        { callId: house.requests[1]?.heard?.calls[0]?.id, text: 'gateway-tool-ran' },
      ]);
    });

    test('sends its bodies and its betas through as they are', async () => {
      await work(model);
      const sent = house.overheard.map(({ body }) => body);
      const vendorsName = model.replace('claude/', '');
      expect(sent.every((body) => body.includes(`"model":"${model}"`))).toBe(true);
      expect(house.requests.map(({ text }) => text)).toEqual(
        sent.map((body) => body.replace(`"model":"${model}"`, `"model":"${vendorsName}"`)),
      );
      const betas = house.overheard.map(({ headers }) => headers['anthropic-beta']);
      expect(betas[0]).toContain('claude-code-');
      expect(house.requests.map(({ headers }) => headers['anthropic-beta'])).toEqual(betas);
    });

    test('brings back the thinking that led to the command', async () => {
      await work(model);
      expect(house.requests[1]?.heard?.signature).toBe('returned');
    });

    test("reads the vendor's words about a prompt that is too long", async () => {
      house.vendor.refusesWith = TOO_LONG;
      const { exitCode, outcome } = await ask(model);
      expect(house.overheard.map(({ status, answer }) => ({ status, answer: JSON.parse(answer) as unknown }))).toEqual([
        {
          status: 400,
          answer: expect.objectContaining({ error: { type: 'invalid_request_error', message: TOO_LONG } }),
        },
      ]);
      // It knows the sentence and takes the numbers out of it.
      expect(outcome).toMatchObject({ is_error: true, api_error_status: 400, terminal_reason: 'prompt_too_long' });
      expect(outcome.result).toContain('the request is ~200001 tokens (limit 200000)');
      expect(exitCode).toBe(1);
    });
  });

  describe.each(['openai-chat', 'openai-responses', 'gemini', 'bedrock-converse'] as const)(
    'with a vendor of %s',
    (dialect) => {
      const model = nameOf(VENDOR_MODELS[dialect]);

      test('runs a command and tells its outcome', async () => {
        const { exitCode, proof, outcome } = await work(model);
        expect(outcome).toMatchObject({ is_error: false, result: 'The tool said: gateway-tool-ran', num_turns: 2 });
        expect(exitCode).toBe(0);
        expect(proof).toBe('gateway-tool-ran\n');
        const [first, second] = house.requests;
        expect(second?.heard?.calls).toEqual([{ id: expect.any(String), name: 'Bash' }]);
        expect(second?.heard?.results).toEqual([{ callId: second?.heard?.calls[0]?.id, text: 'gateway-tool-ran' }]);
        expect(first?.tools.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['Bash', 'Read', 'Edit', 'WebFetch']),
        );
        expect(first?.heard?.text).toContain('Write the proof, please.');
      });

      test('brings back the reasoning that led to the command', async () => {
        await work(model);
        expect(house.requests[1]?.heard?.signature).toBe('returned');
      });

      test('is told what was lost on the way', async () => {
        await work(model);
        for (const exchange of house.overheard) {
          const { head, comment } = droppedIn(exchange);
          expect(head).toContain('context_management');
          expect(comment).toEqual(head);
        }
      });

      test("shows the vendor's refusal word for word", async () => {
        house.vendor.refusesWith = 'Your account’s "window" of 4096 tokens is full\\spent: <50001>.';
        const { exitCode, outcome } = await ask(model);
        expect(outcome).toMatchObject({ is_error: true, api_error_status: 400 });
        expect(outcome.result).toContain('Your account’s "window" of 4096 tokens is full\\spent: <50001>.');
        expect(exitCode).toBe(1);
      });
    },
  );
});
