/**
 * The import floors of docs/architecture.md: imports point down only, and rooms on one floor do not import each other.
 */
const floor3 = ['routing', 'resilience', 'access', 'rate-limiting', 'usage', 'observability'];
const floor4 = ['gateway', 'admin'];
const floors = [
  { rooms: floor4, above: [] },
  { rooms: ['planning'], above: floor4 },
  { rooms: floor3, above: [...floor4, 'planning'] },
  { rooms: ['providers'], above: [...floor4, 'planning', ...floor3] },
  { rooms: ['exchange'], above: [...floor4, 'planning', ...floor3, 'providers'] },
  { rooms: ['dialects'], above: [...floor4, 'planning', ...floor3, 'providers', 'exchange', 'config'] },
  { rooms: ['config', 'errors'], above: [...floor4, 'planning', ...floor3, 'providers', 'exchange', 'dialects'] },
];
const room = (names) => `^src/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floors
      .filter(({ above }) => above.length > 0)
      .map(({ rooms, above }) => ({
        name: `${rooms.join(', ')}: imports point down`,
        severity: 'error',
        from: { path: room(rooms) },
        to: { path: `${room(above)}|^src/[^/]+\\.ts$` },
      })),
    {
      name: 'rooms of one floor keep apart',
      severity: 'error',
      from: { path: `^src/(${floor3.join('|')})/` },
      to: { path: room(floor3), pathNot: '^src/$1/' },
    },
    {
      name: 'rooms of the top floor keep apart',
      severity: 'error',
      from: { path: `^src/(${floor4.join('|')})/` },
      to: { path: room(floor4), pathNot: '^src/$1/' },
    },
    {
      name: 'config and errors keep apart',
      severity: 'error',
      from: { path: '^src/(config|errors)/' },
      to: { path: '^src/(config|errors)/', pathNot: '^src/$1/' },
    },
    {
      name: 'vendors keep apart',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/' },
      to: { path: '^src/providers/[^/]+/', pathNot: '^src/providers/$1/' },
    },
    {
      name: 'dialects are pure',
      severity: 'error',
      from: { path: '^src/dialects/', pathNot: '\\.spec\\.ts$' },
      to: { path: '@nestjs|axios|undici|^(node:)?(fs|net|http|https|dns|timers)' },
    },
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no test code in the house',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|bench)/|\\.spec\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
