import { cacheRoot, isInstalled, pathOf, type CachedFolder } from './cached-folder.js';
import { flavours } from './flavours.js';
import { installFolder } from './install-folder.js';

/** Installs what the n8n suites need and is not there yet. Arguments: the major versions of n8n, all unless given. */
async function main(majors: readonly string[]): Promise<void> {
  const unknown = majors.find((major) => !flavours.some((flavour) => String(flavour.major) === major));
  if (unknown !== undefined) throw new Error(`there is no n8n ${unknown} here; choose 1 or 2`);
  const chosen = flavours.filter(({ major }) => majors.length === 0 || majors.includes(String(major)));
  for (const folder of chosen) await install(folder);
}

async function install(folder: CachedFolder): Promise<void> {
  if (isInstalled(folder)) {
    console.log(`${folder.title} is in ${pathOf(folder)}.`);
    return;
  }
  console.log(`Installing ${folder.title} into ${cacheRoot()} (once; two to four minutes and about a gigabyte) …`);
  const startedAt = Date.now();
  await installFolder(folder);
  console.log(`${folder.title} took ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
