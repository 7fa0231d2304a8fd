import { describe, expect, test } from 'vitest';
import { AgentHouse, VENDOR_MODELS, droppedIn, nameOf } from '../support/agent-house.js';
import { installedAgent, runCodex } from '../support/command-line-agent.js';

const file = installedAgent('codex') ?? '';
const TIMEOUT_MS = 90_000;
const COMMAND = { kind: 'run', command: 'echo gateway-tool-ran | tee proof.txt' } as const;
const PATCHED = 'patched "by" gateway\\tool: <é😀>\n';
const PATCH = {
  kind: 'patch',
  patch: `*** Begin Patch\n*** Add File: proof.txt\n+${PATCHED}*** End Patch\n`,
} as const;

/** What Codex offers its model depends on the model's name, whatever stands before the slash. */
const FUNCTIONS_ONLY = 'gpt-5.1';
const WITH_FREE_TEXT_PATCHES = 'gpt-5.5';
/** All of its tools stand in the conversation, in namespaces, and the one that runs commands takes JavaScript. */
const WITH_SCRIPTS_ONLY = 'gpt-6-luna';
const KNOWN_TO_CODEX = [WITH_FREE_TEXT_PATCHES, WITH_SCRIPTS_ONLY];

const FOREIGN = ['openai-chat', 'anthropic-messages', 'gemini', 'bedrock-converse'] as const;

/** The names of Codex's own models, each with a prefix for every vendor that stands in for them. */
const standIns = Object.fromEntries(
  FOREIGN.flatMap((dialect) =>
    KNOWN_TO_CODEX.map((name) => [`${VENDOR_MODELS[dialect].provider}/${name}`, VENDOR_MODELS[dialect]]),
  ),
);

const WENT_WELL = {
  exitCode: 0,
  refusals: [undefined, undefined],
  failures: [],
  lastEvent: 'turn.completed',
  answer: expect.objectContaining({ type: 'agent_message', text: expect.stringMatching(/^The tool said: /) }) as Item,
  results: 1,
  answersItsCall: true,
};
const HAS_RUN = {
  ...WENT_WELL,
  proof: 'gateway-tool-ran\n',
  result: expect.stringContaining('gateway-tool-ran') as string,
};
const HAS_PATCHED = { ...WENT_WELL, proof: PATCHED, result: expect.stringMatching(/./) as string };

interface Item {
  readonly type: string;
  readonly text?: string;
}

interface Event {
  readonly type: string;
  readonly item?: Item;
  readonly error?: { readonly message: string };
}

describe.runIf(file)('Codex', { timeout: TIMEOUT_MS }, () => {
  const house = new AgentHouse(standIns);
  const ask = async (model: string) => {
    const run = await runCodex(file, house.url, { model, prompt: 'Write the proof, please.' });
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Event);
    const items = events.filter(({ type }) => type === 'item.completed').flatMap(({ item }) => item ?? []);
    return { ...run, events, items };
  };
  const work = async (model: string, errand: typeof COMMAND | typeof PATCH = COMMAND) => {
    house.vendor.errand = errand;
    return ask(model);
  };
  const outcomeOf = ({ exitCode, proof, events, items }: Awaited<ReturnType<typeof work>>) => {
    const told = house.requests[1]?.heard;
    const [result] = told?.results ?? [];
    return {
      exitCode,
      proof,
      refusals: house.requests.map(({ refusal }) => refusal),
      failures: events.filter(({ type }) => type === 'error' || type === 'turn.failed'),
      lastEvent: events.at(-1)?.type,
      answer: items.at(-1),
      results: told?.results.length,
      result: result?.text,
      answersItsCall: result !== undefined && result.callId === told?.calls[0]?.id,
    };
  };

  test.each(KNOWN_TO_CODEX)('applies a patch, letter for letter, with OpenAI as %s', async (name) => {
    expect(outcomeOf(await work(`responses/${name}`, PATCH))).toEqual(HAS_PATCHED);
  });

  describe.each([FUNCTIONS_ONLY, ...KNOWN_TO_CODEX])('with OpenAI as %s', (name) => {
    test('runs a command and tells its outcome', async () => {
      expect(outcomeOf(await work(`responses/${name}`))).toEqual(HAS_RUN);
    });

    test('sends its bodies through as they are', async () => {
      await work(`responses/${name}`);
      const sent = house.overheard.map(({ body }) => body);
      expect(sent).toHaveLength(2);
      expect(sent.every((body) => body.includes(`"model":"responses/${name}"`))).toBe(true);
      expect(house.requests.map(({ text }) => text)).toEqual(
        sent.map((body) => body.replace(`"model":"responses/${name}"`, `"model":"${name}"`)),
      );
    });
  });

  describe.each(FOREIGN)('with a vendor of %s', (dialect) => {
    const { provider } = VENDOR_MODELS[dialect];

    test('runs a command and tells its outcome', async () => {
      expect(outcomeOf(await work(nameOf(VENDOR_MODELS[dialect])))).toEqual(HAS_RUN);
    });

    test.each(KNOWN_TO_CODEX)('runs a command where it takes the model for %s', async (name) => {
      expect(outcomeOf(await work(`${provider}/${name}`))).toEqual(HAS_RUN);
    });

    test.each(KNOWN_TO_CODEX)('applies a patch, letter for letter, where it takes the model for %s', async (name) => {
      expect(outcomeOf(await work(`${provider}/${name}`, PATCH))).toEqual(HAS_PATCHED);
    });

    test('is offered the tools of a namespace, and told of those that the vendor does not know', async () => {
      await work(nameOf(VENDOR_MODELS[dialect]));
      const [first] = house.requests;
      const names = first?.tools.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['exec_command', 'view_image', 'multi_agent_v1__spawn_agent']));
      expect(names).not.toContain('web_search');
      expect(house.overheard).toHaveLength(2);
      for (const exchange of house.overheard) {
        const { head, comment } = droppedIn(exchange);
        expect(head).toEqual(expect.arrayContaining(['tools.web_search', 'client_metadata']));
        expect(comment).toEqual(head);
      }
    });

    test('brings back the reasoning that led to the command', async () => {
      await work(`${provider}/${WITH_FREE_TEXT_PATCHES}`);
      const [first, second] = house.requests;
      expect(first?.heard?.wantsReasoning).toBe(true);
      expect(second?.heard?.signature).toBe('returned');
    });

    test("shows the vendor's refusal word for word", async () => {
      const words = 'Your account’s "window" of 4096 tokens is full\\spent: <50001>.';
      house.vendor.refusesWith = words;
      const { exitCode, events } = await ask(nameOf(VENDOR_MODELS[dialect]));
      expect(house.overheard.map(({ status }) => status)).toEqual([400]);
      expect(JSON.parse(house.overheard[0]?.answer ?? '')).toMatchObject({ error: { message: words } });
      expect(JSON.parse(events.at(-1)?.error?.message ?? '')).toMatchObject({ error: { message: words } });
      expect(exitCode).toBe(1);
    });
  });
});
