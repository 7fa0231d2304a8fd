export interface Target {
  readonly text: string;
  /** `undefined` where this run cannot tell. */
  readonly met: boolean | undefined;
}

/** One measured thing, on each device, and how they compare. What does not apply is left out; no figure at all is a remark. */
export interface Row {
  readonly measure: string;
  readonly direct?: number | undefined;
  readonly proxy?: number | undefined;
  readonly gateway?: number | undefined;
  /** gateway − direct */
  readonly overDirect?: number | undefined;
  /** gateway − proxy */
  readonly overProxy?: number | undefined;
  /** gateway ÷ proxy */
  readonly ofProxy?: number | undefined;
  readonly target?: Target | undefined;
}

export interface Section {
  readonly scenario: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

const headings = ['', 'direct', 'bare proxy', 'gateway', '− direct', '− proxy', '÷ proxy', 'target'];

export function formatSection(section: Section): string {
  const lines = [headings, ...section.rows.filter((row) => !isRemark(row)).map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === 7 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const remarks = section.rows.filter(isRemark).map((row) => row.measure);
  return [section.title, ...[...text, ...remarks].map((line) => `  ${line}`)].join('\n');
}

function isRemark(row: Row): boolean {
  return Object.keys(row).length === 1;
}

function cells(row: Row): string[] {
  const numbers = [row.direct, row.proxy, row.gateway, row.overDirect, row.overProxy, row.ofProxy].map(formatNumber);
  return [row.measure, ...numbers, row.target === undefined ? '' : `${row.target.text}: ${verdict(row.target.met)}`];
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return 'not judged';
  return met ? 'pass' : 'MISS';
}

/** Three figures are more than the noise of any machine leaves. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return Number(text) === 0 ? '0' : text;
}
