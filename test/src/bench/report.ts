import { cpus, totalmem } from 'node:os';
import type { Row } from './bench.js';

const columns = ['what', 'ours', 'limit or peer', 'ratio', 'target', 'p50 / p99 ms', 'peak RSS', 'note'] as const;
type Line = Record<(typeof columns)[number], string>;

/** The rows as a Markdown table, padded so that it reads as well in a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(lineOf);
  const shown = columns.filter((column) => column === 'what' || lines.some((line) => line[column] !== ''));
  const widths = shown.map((column) => Math.max(column.length, ...lines.map((line) => line[column].length)));
  const print = (cells: string[]): string =>
    `| ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' | ')} |`;
  return [
    print([...shown]),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...lines.map((line) => print(shown.map((column) => line[column]))),
  ].join('\n');
}

function lineOf(row: Row): Line {
  const { what, ours, unit, peer, latency, peakRssMb, note } = row;
  return {
    what,
    ours: `${number(ours)} ${unit}`,
    'limit or peer': peer ? `${number(peer.value)} (${peer.what})` : '',
    ratio: peer ? (ours / peer.value).toFixed(2) : '',
    target: targetOf(row),
    'p50 / p99 ms': latency ? `${latency.p50.toFixed(1)} / ${latency.p99.toFixed(1)}` : '',
    'peak RSS': peakRssMb === undefined ? '' : `${peakRssMb.toFixed(0)} MB`,
    note: note ?? '',
  };
}

function targetOf({ ours, peer, target }: Row): string {
  if (!target) return '';
  const measured = target.of === 'ratio' ? ours / (peer?.value ?? NaN) : ours;
  const { atLeast, atMost } = target;
  const isMet = (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost);
  const limits = [
    atLeast === undefined ? '' : `≥ ${number(atLeast)}`,
    atMost === undefined ? '' : `≤ ${number(atMost)}`,
  ];
  return `${limits.join(' ').trim()} ${isMet ? '✓' : '✗'}`;
}

const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toFixed(2)));

/** What the figures were measured on. */
export function machineFacts(): string {
  const [cpu] = cpus();
  return `Node ${process.versions.node}, ${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${process.arch}`;
}
