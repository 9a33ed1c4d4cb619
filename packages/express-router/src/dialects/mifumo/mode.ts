import type { Access } from '@ujumbe/core';

/** Which of the vendor's documents answers follow; `superset` is what readers of each of them find. */
export const modes = ['superset', 'v1', 'v2', 'live2026'] as const;
export type Mode = (typeof modes)[number];

/** The mode of the key, else that of where the dialect is mounted. Source: contracts/mifumo.md §0. */
export function modeOf(access: Access | undefined, mounted: Mode): Mode {
  const kept = access?.credential.kind === 'token' ? access.credential.mode : null;
  return modes.find((mode) => mode === kept) ?? mounted;
}
